// OT3: 32 weights in a trellis code of 3 bits, one scale.  13 bytes / 32 weights = 3.25 bits per weight.
// weight i of the ring = scale * (kHere[n[i]] + kThere[n[i + 1]]) (tensor/trellis.h), column 4 * (i % 8) + i / 8;
// a level follows from seven bits: three of its own, the next weight's three and one of the weight after it.
//   | scale: 1 byte (tensor/byte_scale.h) | ring: 12 bytes; n[i] is four bits from bit 3 i on |
// Type of our own; tools/trellis_tables.cpp chose the levels.
//
// Run layout of 16 rows, 208 bytes:
//   | scale of rows 0..15: 16 bytes | 3 lines (tensor/unpack_trellis.h) |
#pragma once

#include "tensor/trellis_type.h"

namespace ondol {

struct OT3Code {
  static constexpr int kTwiceBits = 6;
  static constexpr int kReach = 1;
  static constexpr int kZero = 64;
  static constexpr double kSpread = 20.5;
  static constexpr int kHere[16] = {0, 6, -36, -6, -12, -18, 16, -26, -19, 1, 32, -32, 11, 21, -10, 2};
  static constexpr int kThere[16] = {0, -12, 11, 3, -14, -2, 23, 14, 28, -27, -7, -12, 12, 12, 5, 28};
};

struct OT3 : TrellisType<OT3Code> {
  static constexpr const char* kName = "OT3";
  static constexpr uint32_t kGgufId = 0x4F4E00F6;
  static_assert(sizeof(Block) == 13);
};

}  // namespace ondol
