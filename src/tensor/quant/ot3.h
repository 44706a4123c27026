// OT3: 32 weights in a trellis code of 3 bits, one scale.  13 bytes / 32 weights = 3.25 bits per weight.
// weight i of the ring = scale * (kHere[n[i]] + kThere[n[i + 1]]) (tensor/trellis.h), column 4 * (i % 8) + i / 8;
// a level follows from seven bits: three of its own, the next weight's three and one of the weight after it.
//   | scale: 1 byte (tensor/byte_scale.h) | ring: 12 bytes; n[i] is four bits from bit 3 i on |
// Type of our own; tools/trellis_tables.py chose the levels.
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
  static constexpr double kSpread = 20.8;
  static constexpr int kHere[16] = {0, -7, 12, -15, -8, -29, 16, 6, -30, 37, 6, 21, 8, -17, -10, -3};
  static constexpr int kThere[16] = {0, 23, -23, 1, -34, -8, 12, 15, 8, -11, 24, 0, -13, -16, -6, 8};
};

struct OT3 : TrellisType<OT3Code> {
  static constexpr const char* kName = "OT3";
  static constexpr uint32_t kGgufId = 0x4F4E00F6;
  static_assert(sizeof(Block) == 13);
};

}  // namespace ondol
