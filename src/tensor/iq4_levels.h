// The uneven levels of IQ4_NL and IQ4_XS as tensor/encode_search.h wants them.
#pragma once

#include <array>

#include "tensor/encode_search.h"
#include "tensor/iq4_values.h"

namespace ondol {

struct Iq4Levels {
  int n_levels() const { return 16; }
  float value(int level) const { return static_cast<float>(kIq4Values[level]); }
  float nearest(float v) const { return value(level(v)); }
  // Half of an odd number is where one level passes to the next, so a table over half units knows every answer.
  int level(float v) const {
    v = v < -127 ? -127 : v;
    v = v > 127 ? 127 : v;
    return kLevelOfHalves[static_cast<size_t>(static_cast<int>(2 * v + 256))];
  }

 private:
  static constexpr std::array<uint8_t, 512> kLevelOfHalves = [] {
    std::array<uint8_t, 512> table{};
    for (int i = 0; i < 512; ++i) {
      int level = 0;
      while (level < 15 && i - 256 >= kIq4Values[level] + kIq4Values[level + 1]) ++level;
      table[static_cast<size_t>(i)] = static_cast<uint8_t>(level);
    }
    return table;
  }();
};

inline constexpr Starts kIq4Starts{.n = 16, .tightest = 0.8f, .widest = 1.15f};

}  // namespace ondol
