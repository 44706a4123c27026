// Grid points with a sign for each column: how IQ2 and IQ3 store weights.  Scalar, for decode and the change between
// the two layouts; kernels do the same in tensor/unpack_grid.h.
#pragma once

#include <cstdint>

#include "tensor/iq_grids.h"

namespace ondol {

// Eight signs from seven: the number of negative ones is even.
constexpr int with_eighth_sign(int seven) {
  const int four = seven ^ seven >> 4, two = four ^ four >> 2;
  return seven | ((two ^ two >> 1) & 1) << 7;
}

// weights[c] = scale * value of the point's column c, negative where bit c of `signs` is set.
template <class Grid>
void decode_signed_point(const Grid& grid, int point, const int* values, int signs, float scale, float* weights) {
  for (int c = 0; c < Grid::kColumns; ++c) {
    const int value = values[grid_level(grid, point, c)];
    weights[c] = scale * static_cast<float>(signs >> c & 1 ? -value : value);
  }
}

// The 32-bit word of a group in IQ2_XXS and IQ3_XXS:
//   file   bits 7 j .. 7 j + 6: the signs of columns 8 j .. 8 j + 6;  bits 28..31: the group's scale field
//   panel  byte j: those signs in bits 0..6, bit j of the scale field in bit 7
struct SignWord {
  uint8_t seven[4];  // signs of columns 8 j .. 8 j + 6
  int field;         // 0..15
};
SignWord read_file_signs(const uint8_t* word);
void write_file_signs(const SignWord& signs, uint8_t* word);
SignWord read_panel_signs(const uint8_t* line, int row);
void write_panel_signs(const SignWord& signs, int row, uint8_t* line);

}  // namespace ondol
