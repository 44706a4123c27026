#include "prompt/jinja/text.h"

#include <algorithm>

#include "base/check.h"

namespace ondol::jinja {
namespace {

bool begins_code_point(char byte) { return (static_cast<uint8_t>(byte) & 0xC0) != 0x80; }

}  // namespace

int64_t count_code_points(std::string_view bytes) {
  return std::count_if(bytes.begin(), bytes.end(), begins_code_point);
}

Text::Text() {
  static const auto empty = std::make_shared<const Data>(Data{{}, {}, 0});
  data_ = empty;
}

Text::Text(std::string bytes, Origin origin) {
  std::vector<TextRun> runs;
  if (!bytes.empty()) runs.push_back({static_cast<int64_t>(bytes.size()), origin});
  const int64_t length = count_code_points(bytes);
  data_ = std::make_shared<const Data>(Data{std::move(bytes), std::move(runs), length});
}

Text::Text(std::string bytes, std::vector<TextRun> runs) {
  CHECK(bytes.empty() ? runs.empty() : !runs.empty() && runs.back().end == static_cast<int64_t>(bytes.size()));
  const int64_t length = count_code_points(bytes);
  data_ = std::make_shared<const Data>(Data{std::move(bytes), std::move(runs), length});
}

int64_t Text::byte_of(int64_t index) const {
  if (length() == size_bytes()) return index;
  const std::string_view all = bytes();
  int64_t at = 0;
  for (; at < size_bytes(); ++at) {
    if (begins_code_point(all[static_cast<size_t>(at)]) && index-- == 0) return at;
  }
  return size_bytes();
}

Text Text::cut(int64_t begin, int64_t end) const {
  if (begin >= end) return Text().as_markup(is_markup_);
  if (begin == 0 && end == size_bytes()) return *this;
  const auto first = std::upper_bound(runs().begin(), runs().end(), begin,
                                      [](int64_t at, const TextRun& run) { return at < run.end; });
  std::vector<TextRun> kept;
  for (auto run = first; run != runs().end(); ++run) {
    kept.push_back({std::min(run->end, end) - begin, run->origin});
    if (run->end >= end) break;
  }
  return Text(std::string(bytes().substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin))),
              std::move(kept))
      .as_markup(is_markup_);
}

Origin Text::overall_origin() const {
  if (runs().empty()) return kFromTemplate;
  const Origin first = runs().front().origin;
  const bool same = std::all_of(runs().begin(), runs().end(), [&](const TextRun& run) { return run.origin == first; });
  return same ? first : kFromInput;
}

}  // namespace ondol::jinja
