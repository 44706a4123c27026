// TQ2_0: 256 ternary weights, one scale.  weight = scale * (q - 1), q in 0..2 (3 decodes as 2).  66 bytes / 256 weights
// = 2.0625 bits per weight.
//   | q: 64 bytes; bits 2 k, 2 k + 1 of byte 32 n + c hold q[128 n + 32 k + c] | scale: f16 |
// Source: GGUF spec, type 35.
//
// Run layout of 16 rows, 1056 bytes:
//   | scale of rows 0..15: 16 f16 | per group of 32 columns: 2 lines of crumbs (tensor/unpack_lines.h) |
#pragma once

#include "tensor/unpack_lines.h"

namespace ondol {

struct TQ2_0 {
  static constexpr const char* kName = "TQ2_0";
  static constexpr uint32_t kGgufId = 35;
  static constexpr int kBlockWeights = 256;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 1;
  static constexpr int kMaxByte = 3;
  static constexpr int kScaleEvery = 32;
  static constexpr bool kHasMinimum = false;
  static constexpr int kActivationScaleEvery = 256;
  struct [[gnu::packed]] Block {
    uint8_t q[64];
    uint16_t scale;
  };
  static_assert(sizeof(Block) == 66);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int group, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* /*minimum*/) {
    *scale = V::load_halves(panel_block + 2 * first_row);
    unpack_crumbs<V>(panel_block + 32 + 2 * kLineBytes * group, first_row, q);
  }
};

}  // namespace ondol
