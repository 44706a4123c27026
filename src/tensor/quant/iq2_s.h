// IQ2_S: 256 weights in 16 runs of 16, each two points of a grid with signs.  weight = scale * (sc[run] + 1/2) / 4 *
// sign * value, sc in 0..15, value 8, 25 or 43.  82 bytes / 256 weights = 2.5625 bits per weight.
//   | scale: f16 |
//   | bits 0..7 of the points: 32 bytes; byte j of columns 8 j .. 8 j + 7 |
//   | signs: 32 bytes; bit c of byte j of column 8 j + c, set where negative |
//   | bits 8, 9 of the points: 8 bytes; bits 2 i, 2 i + 1 of byte g of point 4 g + i |
//   | sc: 8 bytes; half h of byte g is sc[2 g + h] |
// Source: GGUF spec, type 22.
//
// Run layout of 16 rows, 1312 bytes:
//   | scale of rows 0..15: 16 f16 | sc: [8][16 rows] bytes | bits 8, 9 of the points: [8][16 rows] bytes |
//   | per group of 32 columns: 1 line of bits 0..7 of the points | 1 line of signs |
// The int8 product reads sign * value + 43.
#pragma once

#include "tensor/unpack_grid.h"

namespace ondol {

struct IQ2_S {
  static constexpr const char* kName = "IQ2_S";
  static constexpr uint32_t kGgufId = 22;
  static constexpr int kBlockWeights = 256;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 43;
  static constexpr int kMaxByte = 86;
  static constexpr int kScaleEvery = 16;
  static constexpr bool kHasMinimum = false;
  static constexpr int kActivationScaleEvery = 256;
  struct [[gnu::packed]] Block {
    uint16_t scale;
    uint8_t points_low[32];
    uint8_t signs[32];
    uint8_t points_high[8];
    uint8_t scales[8];
  };
  static_assert(sizeof(Block) == 82);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int group, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* /*minimum*/) {
    const auto block_scale = V::load_halves(panel_block + 2 * first_row);
    const uint8_t* bytes = panel_block + 32 + kPanelRows * group + first_row;
    const auto fields = V::load_u8(bytes), high = V::load_u8(bytes + 128);
    scale[0] = odd_scale<V>(block_scale, V::and_ints(fields, 15), 0.125f);
    scale[1] = odd_scale<V>(block_scale, V::shift_right(fields, 4), 0.125f);
    const uint8_t* lines = panel_block + 288 + 2 * kLineBytes * group + 4 * first_row;
    unpack_ternary_points<V, UpperBits<2, 0, 2>>(kIq2SGrid, V::load_words(lines), high, q);
    add_sign_bits<V, 2>(V::load_words(lines + kLineBytes), q);
    look_up_iq2<V>(q);
  }
};

}  // namespace ondol
