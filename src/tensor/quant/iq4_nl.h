// IQ4_NL: 32 weights, one scale, sixteen unevenly spaced levels that lie denser around zero, as weights do.
// weight = scale * kIq4Values[q] (tensor/iq4_values.h), q in 0..15.  18 bytes / 32 weights = 4.5 bits per weight.
//   | scale: f16, 2 bytes | q: 16 bytes; byte j holds q[j] in its low and q[j + 16] in its high half |
// Source: GGUF spec, type 20.
//
// Run layout of 16 rows, 288 bytes:
//   | scale of rows 0..15: 16 f16 | 4 lines of nibbles (tensor/unpack_lines.h) |
// The int8 product reads value + 127.
#pragma once

#include "tensor/iq4_values.h"
#include "tensor/unpack_lines.h"

namespace ondol {

struct IQ4_NL {
  static constexpr const char* kName = "IQ4_NL";
  static constexpr uint32_t kGgufId = 20;
  static constexpr int kBlockWeights = 32;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 127;
  static constexpr int kMaxByte = 240;
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
    look_up_iq4<V>(q);
  }
};

}  // namespace ondol
