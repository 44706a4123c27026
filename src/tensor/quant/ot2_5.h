// OT2_5: 32 weights in a trellis code of 2.5 bits, one scale.  11 bytes / 32 weights = 2.75 bits per weight.
// weight i of the ring = scale * (kHere[n[i]] + kThere[n[i + 2]]) (tensor/trellis.h), column 4 * (i % 8) + i / 8;
// a level follows from eight of nine bits: two or three of its own in turns, the others those of the weights behind it.
//   | scale: 1 byte (tensor/byte_scale.h) | ring: 10 bytes; n[i] is four bits from bit 5 i / 2 on |
// Type of our own; tools/trellis_tables.cpp chose the levels.
//
// Run layout of 16 rows, 176 bytes:
//   | scale of rows 0..15: 16 bytes | 2 lines and a half line (tensor/unpack_trellis.h) |
#pragma once

#include "tensor/trellis_type.h"

namespace ondol {

struct OT2_5Code {
  static constexpr int kTwiceBits = 5;
  static constexpr int kReach = 2;
  static constexpr int kZero = 64;
  static constexpr double kSpread = 20.2;
  static constexpr int kHere[16] = {0, 8, 32, -14, -6, -28, 10, 16, -11, 2, -1, 28, 16, 20, -16, 8};
  static constexpr int kThere[16] = {0, -36, -15, -18, -23, 11, -5, 5, -11, -3, 27, 16, 16, -22, 8, -8};
};

struct OT2_5 : TrellisType<OT2_5Code> {
  static constexpr const char* kName = "OT2_5";
  static constexpr uint32_t kGgufId = 0x4F4E00F5;
  static_assert(sizeof(Block) == 11);
};

}  // namespace ondol
