#include "tokenizer/special_matcher.h"

#include <algorithm>

#include "base/check.h"

namespace ondol {
namespace {

uint8_t byte_of(std::string_view text, int64_t i) { return static_cast<uint8_t>(text[static_cast<size_t>(i)]); }

}  // namespace

void SpecialMatcher::add(std::string_view entry, int32_t id) {
  CHECK(static_cast<int64_t>(entry.size()) <= kMaxEntryBytes);
  if (!entry.empty()) entries_.push_back({std::string(entry), id});
}

void SpecialMatcher::finish() {
  // string comparison is of unsigned bytes, which match_at relies on
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.text < b.text; });
  entries_.erase(
      std::unique(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.text == b.text; }),
      entries_.end());
  first_byte_.fill(0);
  for (const Entry& entry : entries_) ++first_byte_[byte_of(entry.text, 0) + 1u];
  for (size_t b = 1; b < first_byte_.size(); ++b) first_byte_[b] += first_byte_[b - 1];
}

std::optional<SpecialMatcher::Match> SpecialMatcher::find(std::string_view text, int64_t from) const {
  if (entries_.empty()) return std::nullopt;
  for (int64_t begin = from; begin < static_cast<int64_t>(text.size()); ++begin) {
    const uint8_t b = byte_of(text, begin);
    if (first_byte_[b] == first_byte_[b + 1u]) continue;
    if (const auto match = match_at(text, begin)) return match;
  }
  return std::nullopt;
}

std::optional<SpecialMatcher::Match> SpecialMatcher::match_at(std::string_view text, int64_t begin) const {
  const int64_t n_left = static_cast<int64_t>(text.size()) - begin;
  auto first = entries_.begin() + first_byte_[byte_of(text, begin)];
  auto last = entries_.begin() + first_byte_[byte_of(text, begin) + 1u];
  std::optional<Match> longest;
  // [first, last) agree with the text in `depth` bytes; the shortest of them stands first
  for (int64_t depth = 1; first != last; ++depth) {
    if (static_cast<int64_t>(first->text.size()) == depth) {
      longest = Match{begin, begin + depth, first->id};
      ++first;
    }
    if (first == last || depth == n_left) break;
    const uint8_t next = byte_of(text, begin + depth);
    if (byte_of(first->text, depth) == next && byte_of((last - 1)->text, depth) == next) continue;
    const auto below = [depth](const Entry& entry, uint8_t byte) { return byte_of(entry.text, depth) < byte; };
    const auto above = [depth](uint8_t byte, const Entry& entry) { return byte < byte_of(entry.text, depth); };
    first = std::lower_bound(first, last, next, below);
    last = std::upper_bound(first, last, next, above);
  }
  return longest;
}

}  // namespace ondol
