// MXFP4: 32 weights E2M1, one power of two.  17 bytes / 32 weights = 4.25 bits per weight.
//   weight = 2^(exponent - 128) * value[q],  value = 0 1 2 3 4 6 8 12 0 -1 -2 -3 -4 -6 -8 -12 (E2M1, doubled)
//   | exponent: 1 byte | q: 16 bytes; byte j holds q[j] in its low and q[j + 16] in its high half |
// Source: OCP Microscaling Formats (MX) v1.0, section 5; GGUF spec, type 39.
//
// Run layout of 16 rows, 272 bytes:
//   | exponent of rows 0..15: 16 bytes | 4 lines of nibbles (tensor/unpack_lines.h) |
// The int8 product reads value + 12.
#pragma once

#include "tensor/unpack_lines.h"

namespace ondol {

struct MXFP4 {
  static constexpr const char* kName = "MXFP4";
  static constexpr uint32_t kGgufId = 39;
  static constexpr int kBlockWeights = 32;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 12;
  static constexpr int kMaxByte = 24;
  static constexpr int kScaleEvery = 32;
  static constexpr bool kHasMinimum = false;
  static constexpr int kActivationScaleEvery = 256;
  struct [[gnu::packed]] Block {
    uint8_t exponent;
    uint8_t q[16];
  };
  static_assert(sizeof(Block) == 17);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int /*group*/, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* /*minimum*/) {
    // 2^(e - 128), which may be subnormal, as the product of two powers that never are: 2^(h - 64) * 2^(e - h - 64).
    const auto e = V::load_u8(panel_block + first_row);
    const auto h = V::shift_right(e, 1);
    *scale = V::mul(V::as_floats(V::shift_left(V::add_ints(h, 63), 23)),
                    V::as_floats(V::shift_left(V::add_ints(V::sub_ints(e, h), 63), 23)));
    static constexpr uint8_t kBytes[16] = {12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0};
    unpack_nibbles<V>(panel_block + 16, first_row, q);
    for (int s = 0; s < 8; ++s) q[s] = V::lookup16(kBytes, q[s]);
  }
};

}  // namespace ondol
