// IQ1_M: 256 weights in 16 runs of 16, each two points of a ternary grid.  weight = scale * (2 sc[run] + 1) *
// (level - 1 + delta[point]), sc in 0..7, level in 0..2, delta 1/8 or -1/8.  56 bytes / 256 weights = 1.75 bits per
// weight.
//   | bits 0..7 of the points: 32 bytes; byte j of columns 8 j .. 8 j + 7 |
//   | 16 bytes; half h of byte i: bits 8..10 of point 2 i + h, and bit 3, set where its delta is negative |
//   | 4 words of 16 bits; bits 3 i .. 3 i + 2 of word k are sc[4 k + i], bits 12..15 are bits 4 k .. 4 k + 3 of scale,
//   an
//     f16 |
// Source: GGUF spec, type 29.
//
// Run layout of 16 rows, 896 bytes:
//   | scale of rows 0..15: 16 f16 |
//   | sc: [6][16 rows] bytes; bytes 3 n .. 3 n + 2 are a word whose bits 3 i .. 3 i + 2 are sc[8 n + i] |
//   | the halves with the upper bits and deltas: [16][16 rows] bytes | per group: 1 line of bits 0..7 of the points |
// The int8 product reads eighths of weights: 8 * (level - 1 + delta) + 9.
#pragma once

#include "tensor/unpack_grid.h"

namespace ondol {

struct IQ1_M {
  static constexpr const char* kName = "IQ1_M";
  static constexpr uint32_t kGgufId = 29;
  static constexpr int kBlockWeights = 256;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 9;
  static constexpr int kMaxByte = 18;
  static constexpr int kScaleEvery = 16;
  static constexpr bool kHasMinimum = false;
  static constexpr int kActivationScaleEvery = 256;
  struct [[gnu::packed]] Block {
    uint8_t points_low[32];
    uint8_t points_high[16];
    uint8_t scales[8];
  };
  static_assert(sizeof(Block) == 56);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int group, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* /*minimum*/) {
    const auto block_scale = V::load_halves(panel_block + 2 * first_row);
    const uint8_t* bytes = panel_block + 32 + 3 * kPanelRows * (group / 4) + first_row;
    const auto word = V::or_ints(load_byte_pair<V>(bytes), V::shift_left(V::load_u8(bytes + 2 * kPanelRows), 16));
    const auto fields = V::shift_right(word, 6 * (group % 4));
    scale[0] = odd_scale<V>(block_scale, V::and_ints(fields, 7), 0.125f);
    scale[1] = odd_scale<V>(block_scale, V::and_ints(V::shift_right(fields, 3), 7), 0.125f);
    const auto points = V::load_words(panel_block + 384 + kLineBytes * group + 4 * first_row);
    const auto high = load_byte_pair<V>(panel_block + 128 + 2 * kPanelRows * group + first_row);
    unpack_ternary_points<V, UpperBits<3, 0, 4>>(kIq1Grid, points, high, q);
    const typename V::Bytes deltas[4] = {V::template spread_bits<3, 0, 2>(high), V::template spread_bits<7, 0, 2>(high),
                                         V::template spread_bits<11, 0, 2>(high),
                                         V::template spread_bits<15, 0, 2>(high)};
    for (int s = 0; s < 8; ++s) q[s] = V::or_bytes(q[s], deltas[s / 2]);
    look_up_iq1<V>(q);
  }
};

}  // namespace ondol
