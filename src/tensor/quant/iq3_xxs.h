// IQ3_XXS: 256 weights in 8 groups of 32, each eight points of a grid with signs.  weight = scale * (sc[group] + 1/2) /
// 2 * sign * value, sc in 0..15, value 4, 12, 20, 28, 36, 44, 52 or 62.  98 bytes / 256 weights = 3.0625 bits per
// weight.
//   | scale: f16 | points: 64 bytes; byte j is the point of columns 4 j .. 4 j + 3 |
//   | per group: signs and sc: 32-bit word |
// The word is drawn in tensor/signed_points.h; of every eight signs one follows from the others.
// Source: GGUF spec, type 18.
//
// Run layout of 16 rows, 1568 bytes:
//   | scale of rows 0..15: 16 f16 | per group: 2 lines of points, 1 line of signs and sc |
// The int8 product reads sign * value + 62.
#pragma once

#include "tensor/unpack_grid.h"

namespace ondol {

struct IQ3_XXS {
  static constexpr const char* kName = "IQ3_XXS";
  static constexpr uint32_t kGgufId = 18;
  static constexpr int kBlockWeights = 256;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 62;
  static constexpr int kMaxByte = 124;
  static constexpr int kScaleEvery = 32;
  static constexpr bool kHasMinimum = false;
  static constexpr int kActivationScaleEvery = 256;
  struct [[gnu::packed]] Block {
    uint16_t scale;
    uint8_t points[64];
    uint8_t signs[32];
  };
  static_assert(sizeof(Block) == 98);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int group, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* /*minimum*/) {
    const uint8_t* lines = panel_block + 32 + 3 * kLineBytes * group + 4 * first_row;
    const auto signs = V::load_words(lines + 2 * kLineBytes);
    *scale = odd_scale<V>(V::load_halves(panel_block + 2 * first_row), top_bits<V>(signs), 0.25f);
    for (int half = 0; half < 2; ++half) {
      const auto points = V::load_words(lines + kLineBytes * half);
      unpack_octal_points<V, NoUpperBits>(kIq3XxsGrid, points, points, q + 4 * half);
    }
    add_sign_bits<V, 3>(complete_signs<V>(signs), q);
    static constexpr uint8_t kBytes[16] = {66, 74, 82, 90, 98, 106, 114, 124, 58, 50, 42, 34, 26, 18, 10, 0};
    look_up_bytes<V>(kBytes, q);
  }
};

}  // namespace ondol
