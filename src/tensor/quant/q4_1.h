// Q4_1: 32 weights, scale and offset.  weight = scale * q + offset, q in 0..15.  20 bytes / 32 weights = 5 bits per
// weight.
//   | scale: f16 | offset: f16 | q: 16 bytes; byte j holds q[j] in its low and q[j + 16] in its high half |
// Source: GGUF spec, type 3.
//
// Run layout of 16 rows, 320 bytes:
//   | scale of rows 0..15: 16 f16 | offset: 16 f16 | 4 lines of nibbles (tensor/unpack_lines.h) |
#pragma once

#include "tensor/unpack_lines.h"

namespace ondol {

struct Q4_1 {
  static constexpr const char* kName = "Q4_1";
  static constexpr uint32_t kGgufId = 3;
  static constexpr int kBlockWeights = 32;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 0;
  static constexpr int kMaxByte = 15;
  static constexpr int kScaleEvery = 32;
  static constexpr bool kHasMinimum = true;
  static constexpr int kActivationScaleEvery = 256;
  struct [[gnu::packed]] Block {
    uint16_t scale, offset;
    uint8_t q[16];
  };
  static_assert(sizeof(Block) == 20);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int /*group*/, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* minimum) {
    *scale = V::load_halves(panel_block + 2 * first_row);
    *minimum = V::sub(V::set_floats(0), V::load_halves(panel_block + 32 + 2 * first_row));
    unpack_nibbles<V>(panel_block + 64, first_row, q);
  }
};

}  // namespace ondol
