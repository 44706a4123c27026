// Q5_0: 32 weights, one scale.  weight = scale * (q - 16), q in 0..31.  22 bytes / 32 weights = 5.5 bits per weight.
//   | scale: f16 | bit 4 of q[j]: bit j of a 32-bit word | low bits: 16 bytes; byte j holds q[j], q[j + 16] |
// Source: GGUF spec, type 6.
//
// Run layout of 16 rows, 352 bytes:
//   | scale of rows 0..15: 16 f16 | 1 line of bits | 4 lines of nibbles (tensor/unpack_lines.h) |
#pragma once

#include "tensor/unpack_lines.h"

namespace ondol {

struct Q5_0 {
  static constexpr const char* kName = "Q5_0";
  static constexpr uint32_t kGgufId = 6;
  static constexpr int kBlockWeights = 32;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 16;
  static constexpr int kMaxByte = 31;
  static constexpr int kScaleEvery = 32;
  static constexpr bool kHasMinimum = false;
  static constexpr int kActivationScaleEvery = 32;
  struct [[gnu::packed]] Block {
    uint16_t scale;
    uint8_t high[4];
    uint8_t low[16];
  };
  static_assert(sizeof(Block) == 22);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int /*group*/, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* /*minimum*/) {
    *scale = V::load_halves(panel_block + 2 * first_row);
    unpack_nibbles<V>(panel_block + 32 + kLineBytes, first_row, q);
    add_bits_at_4<V>(panel_block + 32, first_row, q);
  }
};

}  // namespace ondol
