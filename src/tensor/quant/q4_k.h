// Q4_K: 256 weights in 8 groups of 32.  weight = scale * sc[group] * q - min_scale * m[group], q in 0..15, sc and m in
// 0..63.  144 bytes / 256 weights = 4.5 bits per weight.
//   | scale: f16 | min_scale: f16 |
//   | sc, m: 12 bytes; for k < 4, byte k holds sc[k] in bits 0..5 and bits 4, 5 of sc[k + 4] in bits 6, 7; byte k + 4
//     the same of m; byte k + 8 bits 0..3 of sc[k + 4] in its low and of m[k + 4] in its high half |
//   | q: 128 bytes; half h of byte 32 n + c holds q[64 n + 32 h + c] |
// Source: GGUF spec, type 12.
//
// Run layout of 16 rows, 2304 bytes:
//   | scale of rows 0..15: 16 f16 | min_scale: 16 f16 | sc and m: [12][16 rows] bytes (tensor/unpack_k_scales.h) |
//   | per group: 4 lines of nibbles (tensor/unpack_lines.h) |
#pragma once

#include "tensor/unpack_k_scales.h"
#include "tensor/unpack_lines.h"

namespace ondol {

struct Q4_K {
  static constexpr const char* kName = "Q4_K";
  static constexpr uint32_t kGgufId = 12;
  static constexpr int kBlockWeights = 256;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 0;
  static constexpr int kMaxByte = 15;
  static constexpr int kScaleEvery = 32;
  static constexpr bool kHasMinimum = true;
  static constexpr int kActivationScaleEvery = 256;
  struct [[gnu::packed]] Block {
    uint16_t scale, min_scale;
    uint8_t scales[12];
    uint8_t q[128];
  };
  static_assert(sizeof(Block) == 144);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int group, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* minimum) {
    unpack_k_scales<V>(panel_block, group, first_row, scale, minimum);
    unpack_nibbles<V>(panel_block + 256 + 4 * kLineBytes * group, first_row, q);
  }
};

}  // namespace ondol
