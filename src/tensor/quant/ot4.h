// OT4: 32 weights in a trellis code of 4 bits, one scale.  17 bytes / 32 weights = 4.25 bits per weight.
// weight i of the ring = scale * (kHere[n[i]] + kThere[n[i + 1]]) (tensor/trellis.h), column 4 * (i % 8) + i / 8;
// a level follows from eight bits: four of its own and the next weight's four.
//   | scale: 1 byte (tensor/byte_scale.h) | ring: 16 bytes; n[i] is four bits from bit 4 i on |
// Type of our own; tools/trellis_tables.cpp chose the levels.
//
// Run layout of 16 rows, 272 bytes:
//   | scale of rows 0..15: 16 bytes | 4 lines, a byte of each strand in each (tensor/unpack_trellis.h) |
#pragma once

#include "tensor/trellis_type.h"

namespace ondol {

struct OT4Code {
  static constexpr int kTwiceBits = 8;
  static constexpr int kReach = 1;
  static constexpr int kZero = 127;
  static constexpr double kSpread = 39.4;
  static constexpr int kHere[16] = {0, -12, -37, 15, -37, -11, -66, 13, -3, -27, -4, -20, 24, 7, 33, 53};
  static constexpr int kThere[16] = {0, 74, -29, 43, 55, -9, 12, -59, 34, -4, -41, -17, 6, 23, -22, 15};
};

struct OT4 : TrellisType<OT4Code> {
  static constexpr const char* kName = "OT4";
  static constexpr uint32_t kGgufId = 0x4F4E00F8;
  static_assert(sizeof(Block) == 17);
};

}  // namespace ondol
