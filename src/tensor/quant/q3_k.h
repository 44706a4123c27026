// Q3_K: 256 weights in 16 runs of 16.  weight = scale * (sc[run] - 32) * (q - 4), q in 0..7.  110 bytes / 256 weights =
// 3.4375 bits per weight.
//   | bit 2 of q: 32 bytes; bit g of byte c belongs to q[32 g + c] |
//   | bits 0, 1 of q: 64 bytes; bits 2 k, 2 k + 1 of byte 32 n + c belong to q[128 n + 32 k + c] |
//   | sc: 12 bytes; the low four bits of sc[k] in half k / 8 of byte k % 8, the high two in bits 2 (k / 4), + 1 of byte
//     8 + k % 4 | scale: f16 |
// Source: GGUF spec, type 11.
//
// Run layout of 16 rows, 1760 bytes:
//   | scale of rows 0..15: 16 f16 | sc of group g (g = 0..7): [12][16 rows] bytes; byte g holds the low four bits of
//     sc[2 g] and sc[2 g + 1], half g % 2 of byte 8 + g / 2 their high two |
//   | per group of 32 columns: 2 lines of crumbs, 1 line of bits (tensor/unpack_lines.h) |
#pragma once

#include "tensor/unpack_lines.h"

namespace ondol {

struct Q3_K {
  static constexpr const char* kName = "Q3_K";
  static constexpr uint32_t kGgufId = 11;
  static constexpr int kBlockWeights = 256;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 4;
  static constexpr int kMaxByte = 7;
  static constexpr int kScaleEvery = 16;
  static constexpr bool kHasMinimum = false;
  static constexpr int kActivationScaleEvery = 256;
  struct [[gnu::packed]] Block {
    uint8_t high[32];
    uint8_t low[64];
    uint8_t scales[12];
    uint16_t scale;
  };
  static_assert(sizeof(Block) == 110);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int group, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* /*minimum*/) {
    const auto block_scale = V::load_halves(panel_block + 2 * first_row);
    const uint8_t* fields = panel_block + 32 + first_row;
    const auto low = V::load_u8(fields + kPanelRows * group);
    const auto high = V::shift_right(V::load_u8(fields + kPanelRows * (8 + group / 2)), 4 * (group % 2));
    const auto first = V::or_ints(V::and_ints(low, 15), V::shift_left(V::and_ints(high, 3), 4));
    const auto second = V::or_ints(V::shift_right(low, 4), V::shift_left(V::and_ints(high, 12), 2));
    scale[0] = V::mul(block_scale, V::to_floats(V::add_ints(first, -32)));
    scale[1] = V::mul(block_scale, V::to_floats(V::add_ints(second, -32)));
    const uint8_t* lines = panel_block + 224 + 3 * kLineBytes * group;
    unpack_crumbs<V>(lines, first_row, q);
    add_bits_at_2<V>(lines + 2 * kLineBytes, first_row, q);
  }
};

}  // namespace ondol
