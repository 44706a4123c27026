// Q6_K: 256 weights in 16 runs of 16.  weight = scale * sc[run] * (q - 32), q in 0..63, sc in -128..127.  210 bytes /
// 256 weights = 6.5625 bits per weight.
//   | bits 0..3 of q: 128 bytes; half h of byte 64 n + c (c < 64) belongs to q[128 n + 64 h + c] |
//   | bits 4, 5 of q: 64 bytes; bits 2 k, 2 k + 1 of byte 32 n + c belong to q[128 n + 32 k + c] |
//   | sc: 16 int8 | scale: f16 |
// Source: GGUF spec, type 14.
//
// Run layout of 16 rows, 3360 bytes:
//   | scale of rows 0..15: 16 f16 | sc: [16][16 rows] int8 |
//   | per group of 32 columns: 4 lines of nibbles, 2 lines of crumbs (tensor/unpack_lines.h) |
#pragma once

#include "tensor/unpack_lines.h"

namespace ondol {

struct Q6_K {
  static constexpr const char* kName = "Q6_K";
  static constexpr uint32_t kGgufId = 14;
  static constexpr int kBlockWeights = 256;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 32;
  static constexpr int kMaxByte = 63;
  static constexpr int kScaleEvery = 16;
  static constexpr bool kHasMinimum = false;
  static constexpr int kActivationScaleEvery = 256;
  struct [[gnu::packed]] Block {
    uint8_t low[128];
    uint8_t high[64];
    int8_t scales[16];
    uint16_t scale;
  };
  static_assert(sizeof(Block) == 210);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int group, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* /*minimum*/) {
    const auto block_scale = V::load_halves(panel_block + 2 * first_row);
    const uint8_t* scales = panel_block + 32 + 2 * kPanelRows * group + first_row;
    scale[0] = V::mul(block_scale, V::to_floats(V::load_i8(scales)));
    scale[1] = V::mul(block_scale, V::to_floats(V::load_i8(scales + kPanelRows)));
    const uint8_t* lines = panel_block + 288 + 6 * kLineBytes * group;
    unpack_nibbles<V>(lines, first_row, q);
    add_crumbs_from_bit_4<V>(lines + 4 * kLineBytes, first_row, q);
  }
};

}  // namespace ondol
