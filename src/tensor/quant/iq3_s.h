// IQ3_S: 256 weights in 8 groups of 32, each eight points of a grid with signs.  weight = scale * (2 sc[group] + 1) *
// sign * value, sc in 0..15, value 1, 3, 5, ... 15.  110 bytes / 256 weights = 3.4375 bits per weight.
//   | scale: f16 | bits 0..7 of the points: 64 bytes; byte j of columns 4 j .. 4 j + 3 |
//   | bit 8 of the points: 8 bytes; bit i of byte g of point 8 g + i |
//   | signs: 32 bytes; bit c of byte j of column 8 j + c, set where negative |
//   | sc: 4 bytes; half h of byte i is sc[2 i + h] |
// Source: GGUF spec, type 21.
//
// Run layout of 16 rows, 1760 bytes:
//   | scale of rows 0..15: 16 f16 | sc: [4][16 rows] bytes | bit 8 of the points: [8][16 rows] bytes |
//   | per group: 2 lines of bits 0..7 of the points | 1 line of signs |
// The int8 product reads sign * value + 15.
#pragma once

#include "tensor/unpack_grid.h"

namespace ondol {

struct IQ3_S {
  static constexpr const char* kName = "IQ3_S";
  static constexpr uint32_t kGgufId = 21;
  static constexpr int kBlockWeights = 256;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 15;
  static constexpr int kMaxByte = 30;
  static constexpr int kScaleEvery = 32;
  static constexpr bool kHasMinimum = false;
  static constexpr int kActivationScaleEvery = 256;
  struct [[gnu::packed]] Block {
    uint16_t scale;
    uint8_t points_low[64];
    uint8_t points_high[8];
    uint8_t signs[32];
    uint8_t scales[4];
  };
  static_assert(sizeof(Block) == 110);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int group, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* /*minimum*/) {
    const auto fields = V::load_u8(panel_block + 32 + kPanelRows * (group / 2) + first_row);
    const auto field = V::and_ints(V::shift_right(fields, 4 * (group % 2)), 15);
    *scale = odd_scale<V>(V::load_halves(panel_block + 2 * first_row), field, 1.0f);
    const auto high = V::load_u8(panel_block + 96 + kPanelRows * group + first_row);
    const uint8_t* lines = panel_block + 224 + 3 * kLineBytes * group + 4 * first_row;
    unpack_octal_points<V, UpperBits<1, 0, 1>>(kIq3SGrid, V::load_words(lines), high, q);
    unpack_octal_points<V, UpperBits<1, 4, 1>>(kIq3SGrid, V::load_words(lines + kLineBytes), high, q + 4);
    add_sign_bits<V, 3>(V::load_words(lines + 2 * kLineBytes), q);
    static constexpr uint8_t kBytes[16] = {16, 18, 20, 22, 24, 26, 28, 30, 14, 12, 10, 8, 6, 4, 2, 0};
    look_up_bytes<V>(kBytes, q);
  }
};

}  // namespace ondol
