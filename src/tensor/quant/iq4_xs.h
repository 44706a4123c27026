// IQ4_XS: 256 weights in 8 groups of 32, the levels of IQ4_NL.  weight = scale * (sc[group] - 32) * kIq4Values[q]
// (tensor/iq4_values.h), q in 0..15, sc in 0..63.  136 bytes / 256 weights = 4.25 bits per weight.
//   | scale: f16 | bits 4, 5 of sc[g]: bits 2 g, 2 g + 1 of a 16-bit word | bits 0..3 of sc[g]: half g % 2 of byte g /
//   2,
//     4 bytes | q: 16 bytes per group; byte j holds q[j] in its low and q[j + 16] in its high half |
// Source: GGUF spec, type 23.
//
// Run layout of 16 rows, 2176 bytes:
//   | scale of rows 0..15: 16 f16 | the 2 bytes of high and 4 of low bits of sc: [6][16 rows] |
//   | per group: 4 lines of nibbles (tensor/unpack_lines.h) |
// The int8 product reads value + 127.
#pragma once

#include "tensor/iq4_values.h"
#include "tensor/unpack_lines.h"

namespace ondol {

struct IQ4_XS {
  static constexpr const char* kName = "IQ4_XS";
  static constexpr uint32_t kGgufId = 23;
  static constexpr int kBlockWeights = 256;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 127;
  static constexpr int kMaxByte = 240;
  static constexpr int kScaleEvery = 32;
  static constexpr bool kHasMinimum = false;
  static constexpr int kActivationScaleEvery = 256;
  struct [[gnu::packed]] Block {
    uint16_t scale;
    uint8_t scales_high[2];
    uint8_t scales_low[4];
    uint8_t q[128];
  };
  static_assert(sizeof(Block) == 136);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int group, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* /*minimum*/) {
    const auto block_scale = V::load_halves(panel_block + 2 * first_row);
    const uint8_t* fields = panel_block + 32 + first_row;
    const auto high = V::shift_right(V::load_u8(fields + kPanelRows * (group / 4)), 2 * (group % 4));
    const auto low = V::shift_right(V::load_u8(fields + kPanelRows * (2 + group / 2)), 4 * (group % 2));
    const auto field = V::or_ints(V::and_ints(low, 15), V::shift_left(V::and_ints(high, 3), 4));
    *scale = V::mul(block_scale, V::to_floats(V::add_ints(field, -32)));
    unpack_nibbles<V>(panel_block + 128 + 4 * kLineBytes * group, first_row, q);
    look_up_iq4<V>(q);
  }
};

}  // namespace ondol
