// IQ1_S: 256 weights in 8 groups of 32, each four points of a ternary grid.  weight = scale * (2 sc[group] + 1) *
// (level - 1 + delta[group]), sc in 0..7, level in 0..2, delta 1/8 or -1/8.  50 bytes / 256 weights = 1.5625 bits per
// weight.
//   | scale: f16 | bits 0..7 of the points: 32 bytes; byte j of columns 8 j .. 8 j + 7 |
//   | per group a word of 16 bits: bits 3 i .. 3 i + 2 are bits 8..10 of point 4 g + i, bits 12..14 sc, bit 15 is set
//     where delta is negative |
// Source: GGUF spec, type 19.
//
// Run layout of 16 rows, 800 bytes:
//   | scale of rows 0..15: 16 f16 | the words' bytes: [16][16 rows] | per group: 1 line of bits 0..7 of the points |
// The int8 product reads eighths of weights: 8 * (level - 1 + delta) + 9.
#pragma once

#include "tensor/unpack_grid.h"

namespace ondol {

struct IQ1_S {
  static constexpr const char* kName = "IQ1_S";
  static constexpr uint32_t kGgufId = 19;
  static constexpr int kBlockWeights = 256;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 9;
  static constexpr int kMaxByte = 18;
  static constexpr int kScaleEvery = 32;
  static constexpr bool kHasMinimum = false;
  static constexpr int kActivationScaleEvery = 256;
  struct [[gnu::packed]] Block {
    uint16_t scale;
    uint8_t points_low[32];
    uint8_t words[16];
  };
  static_assert(sizeof(Block) == 50);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int group, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* /*minimum*/) {
    const auto word = load_byte_pair<V>(panel_block + 32 + 2 * kPanelRows * group + first_row);
    const auto field = V::and_ints(V::shift_right(word, 12), 7);
    *scale = odd_scale<V>(V::load_halves(panel_block + 2 * first_row), field, 0.125f);
    const auto points = V::load_words(panel_block + 288 + kLineBytes * group + 4 * first_row);
    unpack_ternary_points<V, UpperBits<3, 0, 3>>(kIq1Grid, points, word, q);
    const auto delta = V::template spread_bits<15, 0, 2>(word);
    for (int s = 0; s < 8; ++s) q[s] = V::or_bytes(q[s], delta);
    look_up_iq1<V>(q);
  }
};

}  // namespace ondol
