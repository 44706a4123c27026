// CharSet: a set of Unicode scalar values, as sorted ranges that neither touch nor overlap.
#pragma once

#include <cstdint>
#include <vector>

namespace ondol {

struct CharRange {
  uint32_t first, last;  // both inclusive
  bool operator==(const CharRange&) const = default;
};
using CharSet = std::vector<CharRange>;

constexpr uint32_t kLastChar = 0x10FFFF;

// Sorts ranges given in any order, joins those that touch, and takes the surrogates away, which no text can hold.
CharSet make_char_set(std::vector<CharRange> ranges);

CharSet complement(const CharSet& set);
CharSet unite(const CharSet& a, const CharSet& b);
CharSet intersect(const CharSet& a, const CharSet& b);
bool contains(const CharSet& set, uint32_t code_point);

// Every character; every one but line ends (ECMA-262's `.`: LF, CR, U+2028, U+2029).
const CharSet& any_char();
const CharSet& any_but_line_end();

}  // namespace ondol
