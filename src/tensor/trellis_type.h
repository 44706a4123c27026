// What the types of trellis codes share; a file of tensor/quant/ adds the name, the number and the code's tables.
//
// A block is a scale (tensor/byte_scale.h) and a ring of bits (tensor/trellis.h).  Zero bytes are zero weights.
// Run layout of 16 rows:
//   | scale of rows 0..15: 16 bytes | kTwiceBits / 2 lines, and a half line where it is odd (tensor/unpack_trellis.h) |
#pragma once

#include "tensor/unpack_trellis.h"

namespace ondol {

template <class Code>
struct TrellisType {
  static constexpr int kBlockWeights = kGroup;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = Code::kZero;
  static constexpr int kMaxByte = 2 * Code::kZero;
  static constexpr int kScaleEvery = kGroup;
  static constexpr bool kHasMinimum = false;
  static constexpr int kActivationScaleEvery = 256;
  static constexpr int kRingBytes = kGroup * Code::kTwiceBits / 16;
  struct [[gnu::packed]] Block {
    uint8_t scale;
    uint8_t ring[kRingBytes];
  };

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  template <class V>
  static void unpack(const uint8_t* panel_block, int /*group*/, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* /*minimum*/) {
    constexpr int kExponents = (127 - 31) << 23;
    *scale = V::as_floats(V::add_ints(V::shift_left(V::load_u8(panel_block + first_row), 20), kExponents));
    unpack_trellis<V, Code>(panel_block + kPanelRows, first_row, q);
  }
};

}  // namespace ondol
