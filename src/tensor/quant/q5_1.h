// Q5_1: 32 weights, scale and offset.  weight = scale * q + offset, q in 0..31.  24 bytes / 32 weights = 6 bits per
// weight.
//   | scale: f16 | offset: f16 | bit 4 of q[j]: bit j of a 32-bit word | low bits: 16 bytes; byte j: q[j], q[j + 16] |
// Source: GGUF spec, type 7.
//
// Run layout of 16 rows, 384 bytes:
//   | scale of rows 0..15: 16 f16 | offset: 16 f16 | 1 line of bits | 4 lines of nibbles (tensor/unpack_lines.h) |
#pragma once

#include "tensor/unpack_lines.h"

namespace ondol {

struct Q5_1 {
  static constexpr const char* kName = "Q5_1";
  static constexpr uint32_t kGgufId = 7;
  static constexpr int kBlockWeights = 32;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 0;
  static constexpr int kMaxByte = 31;
  static constexpr int kScaleEvery = 32;
  static constexpr bool kHasMinimum = true;
  static constexpr int kActivationScaleEvery = 32;
  struct [[gnu::packed]] Block {
    uint16_t scale, offset;
    uint8_t high[4];
    uint8_t low[16];
  };
  static_assert(sizeof(Block) == 24);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int /*group*/, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* minimum) {
    *scale = V::load_halves(panel_block + 2 * first_row);
    *minimum = V::sub(V::set_floats(0), V::load_halves(panel_block + 32 + 2 * first_row));
    unpack_nibbles<V>(panel_block + 64 + kLineBytes, first_row, q);
    add_bits_at_4<V>(panel_block + 64, first_row, q);
  }
};

}  // namespace ondol
