#include "grammar/char_set.h"

#include <algorithm>

namespace ondol {
namespace {

constexpr CharRange kSurrogates{0xD800, 0xDFFF};

}  // namespace

CharSet make_char_set(std::vector<CharRange> ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const CharRange& a, const CharRange& b) { return a.first < b.first; });
  CharSet joined;
  for (const CharRange& range : ranges) {
    if (!joined.empty() && range.first <= joined.back().last + 1) {
      joined.back().last = std::max(joined.back().last, range.last);
    } else {
      joined.push_back(range);
    }
  }
  CharSet set;
  for (const CharRange& range : joined) {
    if (range.last < kSurrogates.first || range.first > kSurrogates.last) {
      set.push_back(range);
      continue;
    }
    if (range.first < kSurrogates.first) set.push_back({range.first, kSurrogates.first - 1});
    if (range.last > kSurrogates.last) set.push_back({kSurrogates.last + 1, range.last});
  }
  return set;
}

CharSet complement(const CharSet& set) {
  std::vector<CharRange> ranges;
  uint32_t next = 0;
  for (const CharRange& range : set) {
    if (range.first > next) ranges.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kLastChar) ranges.push_back({next, kLastChar});
  return make_char_set(std::move(ranges));
}

CharSet unite(const CharSet& a, const CharSet& b) {
  std::vector<CharRange> ranges = a;
  ranges.insert(ranges.end(), b.begin(), b.end());
  return make_char_set(std::move(ranges));
}

CharSet intersect(const CharSet& a, const CharSet& b) {
  CharSet both;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const uint32_t first = std::max(a[i].first, b[j].first), last = std::min(a[i].last, b[j].last);
    if (first <= last) both.push_back({first, last});
    if (a[i].last < b[j].last) ++i;
    else ++j;
  }
  return both;
}

bool contains(const CharSet& set, uint32_t code_point) {
  const auto next = std::upper_bound(set.begin(), set.end(), code_point,
                                     [](uint32_t c, const CharRange& range) { return c < range.first; });
  return next != set.begin() && code_point <= std::prev(next)->last;
}

const CharSet& any_char() {
  static const CharSet set = complement({});
  return set;
}

const CharSet& any_but_line_end() {
  static const CharSet set = complement({{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}});
  return set;
}

}  // namespace ondol
