// A positive scale in one byte: five bits of exponent, three of fraction.
//   | bits 3..7: e | bits 0..2: f |     scale = 2^(e - 31) * (1 + f / 8):  2^-31 to 1.875, neighbours 6 to 13 % apart
// With levels of up to 64 that reaches weights from 2^-25 to 120, whatever the tensor's own scale; an f32 has the same
// fields in the same order, so kernels shift and add.  Zero needs no scale: a block whose levels are zero is zero.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace ondol {

inline float byte_scale_to_float(uint8_t scale) {
  return std::ldexp(static_cast<float>(8 + scale % 8), scale / 8 - 34);
}

// The scale nearest to `value` > 0 on a line that is straight between powers of two.  value is a normal double.
inline uint8_t float_to_byte_scale(double value) {
  const int exponent = std::ilogb(value);
  const double fraction = std::ldexp(value, -exponent) - 1;
  return static_cast<uint8_t>(std::clamp(8 * (exponent + 31) + static_cast<int>(std::lround(8 * fraction)), 0, 255));
}

}  // namespace ondol
