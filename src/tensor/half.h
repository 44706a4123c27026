// Scalar conversion between f32 and the two 16-bit floats of GGUF, exact in both directions of the definition:
// subnormals kept, nearest with ties to even, infinities kept, NaN stays a (quiet) NaN.
#pragma once

#include <cstdint>

namespace ondol {

float half_to_float(uint16_t half);  // IEEE-754 binary16
uint16_t float_to_half(float value);

float bf16_to_float(uint16_t bf16);  // the upper half of an f32
uint16_t float_to_bf16(float value);

}  // namespace ondol
