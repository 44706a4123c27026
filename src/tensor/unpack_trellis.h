// Trellis codes (tensor/trellis.h) from a panel's lines to the k-steps of a group, for V::kWidth rows from `first_row`.
//
// Line j holds byte j of every strand's bits: [16 rows][4 strands].  Where a strand has half a byte more, a half line
// follows: [2][16 rows] bytes, the first of strand 0 in its low and strand 1 in its high half, the second of strands 2
// and 3.  The end of a strand goes on with the beginning of the next: the neighbour's byte of the same line.
// Seen by code compiled for wider instruction sets: templates on V only.
#pragma once

#include "tensor/trellis.h"
#include "tensor/vector_ops.h"

namespace ondol {

// Both tables as bytes whose sum, modulo 256, is the level plus Code::kZero.
template <class Code>
struct TrellisBytes {
  constexpr TrellisBytes() {
    for (int n = 0; n < 16; ++n) {
      here[n] = static_cast<uint8_t>(Code::kHere[n] + Code::kZero);
      there[n] = static_cast<uint8_t>(Code::kThere[n]);
    }
  }
  uint8_t here[16] = {}, there[16] = {};
};

// Four bits of each strand from bit kPlace on.
template <class V, int kPlace>
[[gnu::always_inline]] inline typename V::Bytes trellis_window(const typename V::Bytes* strand) {
  constexpr int kByte = kPlace / 8, kShift = kPlace % 8;
  if constexpr (kShift == 0) {
    return V::low_nibbles(strand[kByte]);
  } else if constexpr (kShift == 4) {
    return V::high_nibbles(strand[kByte]);
  } else if constexpr (kShift < 4) {
    return V::template bits_right<kShift>(strand[kByte], 15);
  } else {
    constexpr uint8_t kLow = (1 << (8 - kShift)) - 1;
    return V::or_bytes(V::template bits_right<kShift>(strand[kByte], kLow),
                       V::template bits_left<8 - kShift>(strand[kByte + 1], 15 - kLow));
  }
}

// n[i] and those behind it; `next` is the first byte of each strand's follower.
template <class V, class Code, int i = 0>
[[gnu::always_inline]] inline void trellis_windows(const typename V::Bytes* strand, typename V::Bytes next,
                                                   typename V::Bytes* n) {
  if constexpr (i < kStrandWeights) n[i] = trellis_window<V, trellis_place<Code>(i)>(strand);
  else n[i] = trellis_window<V, trellis_place<Code>(i - kStrandWeights)>(&next);
  if constexpr (i + 1 < kStrandWeights + Code::kReach) trellis_windows<V, Code, i + 1>(strand, next, n);
}

// q[s] = the levels of k-step s, plus Code::kZero.
template <class V, class Code>
[[gnu::always_inline]] inline void unpack_trellis(const uint8_t* lines, int first_row, typename V::Bytes q[8]) {
  constexpr int kLines = Code::kTwiceBits / 2;
  typename V::Bytes strand[kLines + 1];
  for (int j = 0; j < kLines; ++j) strand[j] = V::load_bytes(lines + kLineBytes * j + 4 * first_row);
  const auto next = V::next_columns(strand[0]);
  if constexpr (Code::kTwiceBits % 2 == 0) {
    strand[kLines] = next;
  } else {
    const uint8_t* half_line = lines + kLineBytes * kLines + first_row;
    const auto pairs = V::or_ints(V::load_u8(half_line), V::shift_left(V::load_u8(half_line + kPanelRows), 16));
    const auto last = V::as_bytes(V::and_ints(V::or_ints(pairs, V::shift_left(pairs, 4)), 0x0f0f0f0f));
    strand[kLines] = V::or_bytes(last, V::template bits_left<4>(next, 0xf0));
  }
  typename V::Bytes n[kStrandWeights + Code::kReach];
  trellis_windows<V, Code>(strand, next, n);
  static constexpr TrellisBytes<Code> kBytes;
  for (int s = 0; s < kStrandWeights; ++s) {
    q[s] = V::add_bytes(V::lookup16(kBytes.here, n[s]), V::lookup16(kBytes.there, n[s + Code::kReach]));
  }
}

}  // namespace ondol
