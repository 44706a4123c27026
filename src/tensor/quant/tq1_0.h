// TQ1_0: 256 ternary weights, one scale.  weight = scale * (q - 1), q in 0..2.  54 bytes / 256 weights = 1.6875 bits
// per weight: five weights share a byte as the digits, base 3, of a fraction of 256; digit n is (byte * 3^n mod 256) *
// 3 / 256.
//   | 32 bytes; digit n (0..4) of byte c is q[32 n + c] | 16 bytes; digit n (0..4) of byte c is q[160 + 16 n + c] |
//   | 4 bytes; digit n (0..3) of byte c is q[240 + 4 n + c] | scale: f16 |
// Source: GGUF spec, type 34.
//
// Run layout of 16 rows, 864 bytes:
//   | scale of rows 0..15: 16 f16 | 13 lines of 64 bytes |
// line i, row r, byte b holds byte 4 i + b of row r.  So the digits n of a line are one k-step: of group n for lines
// 0..7, of group 5 + n / 2 for lines 8..11 (its second half for odd n), of group 7 for line 12 (k-step 4 + n).
#pragma once

#include "tensor/unpack_lines.h"

namespace ondol {

struct TQ1_0 {
  static constexpr const char* kName = "TQ1_0";
  static constexpr uint32_t kGgufId = 34;
  static constexpr int kBlockWeights = 256;
  static constexpr bool kIsFloat = false;
  static constexpr int kZero = 1;
  static constexpr int kMaxByte = 2;
  static constexpr int kScaleEvery = 32;
  static constexpr bool kHasMinimum = false;
  static constexpr int kActivationScaleEvery = 256;
  struct [[gnu::packed]] Block {
    uint8_t digits[52];
    uint16_t scale;
  };
  static_assert(sizeof(Block) == 54);

  static void encode(const float* weights, const float* importance, Block& out);
  static void decode(const Block& in, float* weights);
  static void pack(const Block* const rows[kPanelRows], uint8_t* panel_block);
  static void unpack_row(const uint8_t* panel_block, int row, Block& out);

  // digit n of every byte of `line`
  template <class V>
  static typename V::Bytes digit(const uint8_t* line, int n) {
    auto fraction = V::load_bytes(line);
    for (int i = 0; i < n; ++i) fraction = V::add_bytes(V::add_bytes(fraction, fraction), fraction);
    return V::add_bytes(V::at_least(fraction, 86), V::at_least(fraction, 171));  // 256 / 3 and 512 / 3, rounded up
  }

  template <class V>
  static void unpack(const uint8_t* panel_block, int group, int first_row, typename V::Bytes q[8],
                     typename V::Floats* scale, typename V::Floats* /*minimum*/) {
    *scale = V::load_halves(panel_block + 2 * first_row);
    const uint8_t* lines = panel_block + 32 + 4 * first_row;
    for (int s = 0; s < 8; ++s) {
      if (group < 5) q[s] = digit<V>(lines + kLineBytes * s, group);
      else if (group < 7 || s < 4) q[s] = digit<V>(lines + kLineBytes * (8 + s % 4), 2 * (group - 5) + s / 4);
      else q[s] = digit<V>(lines + kLineBytes * 12, s - 4);
    }
  }
};

}  // namespace ondol
