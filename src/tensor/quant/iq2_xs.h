// IQ2_XS: 256 weights in 16 runs of 16, each two points of a grid with signs.  weight = scale * (sc[run] + 1/2) / 4 *
// sign * value, sc in 0..15, value 8, 25 or 43.  74 bytes / 256 weights = 2.3125 bits per weight.
//   | scale: f16 |
//   | 32 words of 16 bits; word j: bits 0..8 the point of columns 8 j .. 8 j + 7, bits 9..15 the signs of the first
//     seven; the number of negative ones of the eight is even |
//   | sc: 8 bytes; half h of byte g is sc[2 g + h] |
// Source: GGUF spec, type 17.
//
// Run layout of 16 rows, 1184 bytes:
//   | scale of rows 0..15: 16 f16 | sc: [8][16 rows] bytes |
//   | per group of 32 columns: 1 line of bits 0..7 of the points | 1 line of signs; bit 7 is bit 8 of the point |
// The int8 product reads sign * value + 43.
#pragma once

#include "tensor/unpack_grid.h"

namespace ondol {

struct IQ2_XS {
  static constexpr const char* kName = "IQ2_XS";
  static constexpr uint32_t kGgufId = 17;
  static constexpr int kBlockWeights = 256;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 43;
  static constexpr int kMaxByte = 86;
  static constexpr int kScaleEvery = 16;
  static constexpr bool kHasMinimum = false;
  static constexpr int kActivationScaleEvery = 256;
  struct [[gnu::packed]] Block {
    uint16_t scale;
    struct {
      uint8_t low, high;  // of one word
    } points[32];
    uint8_t scales[8];
  };
  static_assert(sizeof(Block) == 74);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int group, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* /*minimum*/) {
    const auto block_scale = V::load_halves(panel_block + 2 * first_row);
    const auto fields = V::load_u8(panel_block + 32 + kPanelRows * group + first_row);
    scale[0] = odd_scale<V>(block_scale, V::and_ints(fields, 15), 0.125f);
    scale[1] = odd_scale<V>(block_scale, V::shift_right(fields, 4), 0.125f);
    const uint8_t* lines = panel_block + 160 + 2 * kLineBytes * group + 4 * first_row;
    const auto points = V::load_words(lines), signs = V::load_words(lines + kLineBytes);
    unpack_ternary_points<V, UpperBits<1, 7, 8>>(kIq2XsGrid, points, signs, q);
    add_sign_bits<V, 2>(complete_signs<V>(signs), q);
    look_up_iq2<V>(q);
  }
};

}  // namespace ondol
