// OT2: 32 weights in a trellis code of 2 bits, one scale.  9 bytes / 32 weights = 2.25 bits per weight.
// weight i of the ring = scale * (kHere[n[i]] + kThere[n[i + 2]]) (tensor/trellis.h), column 4 * (i % 8) + i / 8;
// a level follows from eight bits: two of its own and those of the three weights behind it.
//   | scale: 1 byte (tensor/byte_scale.h) | ring: 8 bytes; n[i] is four bits from bit 2 i on |
// Type of our own; tools/trellis_tables.cpp chose the levels.
//
// Run layout of 16 rows, 144 bytes:
//   | scale of rows 0..15: 16 bytes | 2 lines (tensor/unpack_trellis.h) |
#pragma once

#include "tensor/trellis_type.h"

namespace ondol {

struct OT2Code {
  static constexpr int kTwiceBits = 4;
  static constexpr int kReach = 2;
  static constexpr int kZero = 64;
  static constexpr double kSpread = 22.7;
  static constexpr int kHere[16] = {0, 21, -25, 5, 6, 10, 31, -7, 4, -15, 19, 38, 11, 28, -10, -27};
  static constexpr int kThere[16] = {0, -25, -16, -24, -35, 26, -17, -6, -17, -9, 5, -3, 17, 0, 12, 8};
};

struct OT2 : TrellisType<OT2Code> {
  static constexpr const char* kName = "OT2";
  static constexpr uint32_t kGgufId = 0x4F4E00F4;
  static_assert(sizeof(Block) == 9);
};

}  // namespace ondol
