// Trellis codes: how OT2, OT2_5, OT3 and OT4 make 32 weights of 64 to 128 bits.
//
// The weights of a block share a ring of 16 * kTwiceBits bits; bit 0 is the lowest of the first byte, and the last bit
// is followed by bit 0.  Weight i of the ring reads four bits from bit i * kTwiceBits / 2 on, its own 2 to 4 and some
// that belong to its followers, and looks twice into a table of sixteen levels:
//   n[i]   = the four bits from bit i * kTwiceBits / 2 on (rounded down)
//   weight = scale * (kHere[n[i]] + kThere[n[i + kReach]])                     i + kReach modulo 32
// So a weight has up to 256 levels though it pays for 4 to 16: what its followers are decides which, and the encoder
// chooses all 32 together (tensor/trellis_search.h).  Two tables of sixteen bytes are one instruction each on every
// CPU with vectors, where one of 256 is not.
// Source: trellis-coded quantization, Marcellin & Fischer 1990; codes read from a sliding window of the stream
// ("bitshift trellis") Mao & Gray 2010 and QTIP, Tseng et al. 2024, section 3.1; a ring instead of a start and an end
// ("tail-biting") Ma & Wolf 1986.  The sum of two tables and their levels are ours: tools/trellis_tables.cpp.
//
// A ring runs through the columns of a block in four strands of eight: weight i is column 4 * (i % 8) + i / 8.  A
// k-step of the kernels holds four neighbouring columns, so it needs one weight of each strand, at the same place of
// the strand's own bits.
//
// A type's Code gives kTwiceBits, kReach, kZero (its levels lie in -kZero .. kZero) and the levels kHere and kThere.
// Seen by code compiled for wider instruction sets: plain constants and templates only.
#pragma once

#include <cstdint>

#include "tensor/panel.h"

namespace ondol {

inline constexpr int kStrands = 4;
inline constexpr int kStrandWeights = kGroup / kStrands;

// Where weight i begins to read, in bits; i may go round the ring.
template <class Code>
constexpr int trellis_place(int i) {
  return i * Code::kTwiceBits / 2;
}

constexpr int trellis_column(int i) { return kStrands * (i % kStrandWeights) + i / kStrandWeights; }

}  // namespace ondol
