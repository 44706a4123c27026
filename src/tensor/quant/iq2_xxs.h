// IQ2_XXS: 256 weights in 8 groups of 32, each four points of a grid with signs.  weight = scale * (sc[group] + 1/2) /
// 4 * sign * value, sc in 0..15, value 8, 25 or 43.  66 bytes / 256 weights = 2.0625 bits per weight.
//   | scale: f16 |
//   | per group: points: 4 bytes; byte j is the point of columns 8 j .. 8 j + 7 | signs and sc: 32-bit word |
// The word is drawn in tensor/signed_points.h; of every eight signs one follows from the others.
// Source: GGUF spec, type 16.
//
// Run layout of 16 rows, 1056 bytes:
//   | scale of rows 0..15: 16 f16 | per group: 1 line of points, 1 line of signs and sc |
// The int8 product reads sign * value + 43.
#pragma once

#include "tensor/unpack_grid.h"

namespace ondol {

struct IQ2_XXS {
  static constexpr const char* kName = "IQ2_XXS";
  static constexpr uint32_t kGgufId = 16;
  static constexpr int kBlockWeights = 256;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 43;
  static constexpr int kMaxByte = 86;
  static constexpr int kScaleEvery = 32;
  static constexpr bool kHasMinimum = false;
  static constexpr int kActivationScaleEvery = 256;
  struct [[gnu::packed]] Block {
    uint16_t scale;
    struct {
      uint8_t points[4], signs[4];
    } groups[8];
  };
  static_assert(sizeof(Block) == 66);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int group, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* /*minimum*/) {
    const uint8_t* lines = panel_block + 32 + 2 * kLineBytes * group + 4 * first_row;
    const auto points = V::load_words(lines), signs = V::load_words(lines + kLineBytes);
    *scale = odd_scale<V>(V::load_halves(panel_block + 2 * first_row), top_bits<V>(signs), 0.125f);
    unpack_ternary_points<V, NoUpperBits>(kIq2XxsGrid, points, points, q);
    add_sign_bits<V, 2>(complete_signs<V>(signs), q);
    look_up_iq2<V>(q);
  }
};

}  // namespace ondol
