// Q8_0: 32 weights, one scale.  weight = scale * q, q in -128..127.  34 bytes / 32 weights = 8.5 bits per weight.
//   | scale: f16, 2 bytes | q[0] ... q[31]: int8, 32 bytes |
// Source: GGUF spec, type 8.
//
// Run layout of 16 rows, 544 bytes:
//   | scale of rows 0..15: 16 f16 | 8 lines of 64 bytes |
// line s, row r, byte b holds q[4 s + b] + 128 of row r: k-step s of the int8 product as it stands.
#pragma once

#include "tensor/panel.h"

namespace ondol {

struct Q8_0 {
  static constexpr const char* kName = "Q8_0";
  static constexpr uint32_t kGgufId = 8;
  static constexpr int kBlockWeights = 32;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 128;
  static constexpr int kMaxByte = 255;
  static constexpr int kScaleEvery = 32;
  static constexpr bool kHasMinimum = false;
  static constexpr int kActivationScaleEvery = 32;
  struct [[gnu::packed]] Block {
    uint16_t scale;
    int8_t q[32];
  };
  static_assert(sizeof(Block) == 34);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int /*group*/, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* /*minimum*/) {
    *scale = V::load_halves(panel_block + 2 * first_row);
    for (int s = 0; s < 8; ++s) q[s] = V::load_bytes(panel_block + 32 + kLineBytes * s + 4 * first_row);
  }
};

}  // namespace ondol
