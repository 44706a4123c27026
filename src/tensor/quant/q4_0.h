// Q4_0: 32 weights, one scale.  weight = scale * (q - 8), q in 0..15.  18 bytes / 32 weights = 4.5 bits per weight.
//   | scale: f16, 2 bytes | q: 16 bytes; byte j holds q[j] in its low and q[j + 16] in its high half |
// Source: GGUF spec, type 2.
//
// Run layout of 16 rows, 288 bytes:
//   | scale of rows 0..15: 16 f16 | 4 lines of 64 bytes |
// line i, row r, byte b (0..3) holds q[4 i + b] of row r in its low and q[4 i + 16 + b] in its high half; so the low
// halves of line i are k-step i and its high halves k-step i + 4 of the int8 product.
#pragma once

#include "tensor/unpack_lines.h"

namespace ondol {

struct Q4_0 {
  static constexpr const char* kName = "Q4_0";
  static constexpr uint32_t kGgufId = 2;
  static constexpr int kBlockWeights = 32;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 8;
  static constexpr int kMaxByte = 15;
  static constexpr int kScaleEvery = 32;
  static constexpr bool kHasMinimum = false;
  static constexpr int kActivationScaleEvery = 256;
  struct [[gnu::packed]] Block {
    uint16_t scale;
    uint8_t q[16];
  };
  static_assert(sizeof(Block) == 18);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int /*group*/, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* /*minimum*/) {
    *scale = V::load_halves(panel_block + 2 * first_row);
    unpack_nibbles<V>(panel_block + 32, first_row, q);
  }
};

}  // namespace ondol
