// Q2_K: 256 weights in 16 runs of 16.  weight = scale * sc[run] * q - min_scale * m[run], q in 0..3.  84 bytes / 256
// weights = 2.625 bits per weight.
//   | sc and m: 16 bytes; byte k holds sc[k] in its low and m[k] in its high half |
//   | q: 64 bytes; bits 2 k, 2 k + 1 of byte 32 n + c hold q[128 n + 32 k + c] | scale: f16 | min_scale: f16 |
// Source: GGUF spec, type 10.
//
// Run layout of 16 rows, 1344 bytes:
//   | scale of rows 0..15: 16 f16 | min_scale: 16 f16 | the 16 bytes of sc and m: [16][16 rows] |
//   | per group of 32 columns: 2 lines of crumbs (tensor/unpack_lines.h) |
#pragma once

#include "tensor/unpack_lines.h"

namespace ondol {

struct Q2_K {
  static constexpr const char* kName = "Q2_K";
  static constexpr uint32_t kGgufId = 10;
  static constexpr int kBlockWeights = 256;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 0;
  static constexpr int kMaxByte = 3;
  static constexpr int kScaleEvery = 16;
  static constexpr bool kHasMinimum = true;
  static constexpr int kActivationScaleEvery = 256;
  struct [[gnu::packed]] Block {
    uint8_t scales[16];
    uint8_t q[64];
    uint16_t scale, min_scale;
  };
  static_assert(sizeof(Block) == 84);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int group, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* minimum) {
    const auto block_scale = V::load_halves(panel_block + 2 * first_row);
    const auto block_minimum = V::load_halves(panel_block + 32 + 2 * first_row);
    for (int half = 0; half < 2; ++half) {
      const auto fields = V::load_u8(panel_block + 64 + kPanelRows * (2 * group + half) + first_row);
      scale[half] = V::mul(block_scale, V::to_floats(V::and_ints(fields, 15)));
      minimum[half] = V::mul(block_minimum, V::to_floats(V::shift_right(fields, 4)));
    }
    unpack_crumbs<V>(panel_block + 320 + 2 * kLineBytes * group, first_row, q);
  }
};

}  // namespace ondol
