// From a panel's 64-byte lines ([16 rows][4 columns], one byte each) to the k-steps of one group of 32 columns, for
// V::kWidth rows from `first_row`.  The levels of a group lie in
//   nibbles  4 lines: line i holds k-step i in its low and k-step i + 4 in its high halves
//   crumbs   2 lines: bits 2 i, 2 i + 1 of line j hold k-step 4 j + i
//   bits     1 line:  bit s holds k-step s
// tensor/panel_lines.h writes them.  Seen by code compiled for wider instruction sets: templates on V only.
#pragma once

#include "tensor/panel.h"
#include "tensor/vector_ops.h"

namespace ondol {

// q[s] = the 4-bit levels of k-step s.
template <class V>
[[gnu::always_inline]] inline void unpack_nibbles(const uint8_t* lines, int first_row, typename V::Bytes q[8]) {
  for (int i = 0; i < 4; ++i) {
    const auto line = V::load_bytes(lines + kLineBytes * i + 4 * first_row);
    q[i] = V::low_nibbles(line);
    q[i + 4] = V::high_nibbles(line);
  }
}

// q[s] = the 2-bit levels of k-step s.
template <class V>
[[gnu::always_inline]] inline void unpack_crumbs(const uint8_t* lines, int first_row, typename V::Bytes q[8]) {
  for (int j = 0; j < 2; ++j) {
    const auto line = V::load_bytes(lines + kLineBytes * j + 4 * first_row);
    q[4 * j] = V::template bits_right<0>(line, 3);
    q[4 * j + 1] = V::template bits_right<2>(line, 3);
    q[4 * j + 2] = V::template bits_right<4>(line, 3);
    q[4 * j + 3] = V::template bits_right<6>(line, 3);
  }
}

// q[s] |= crumb << 4: the fifth and sixth bit of levels whose lower four are nibbles.
template <class V>
[[gnu::always_inline]] inline void add_crumbs_from_bit_4(const uint8_t* lines, int first_row, typename V::Bytes q[8]) {
  for (int j = 0; j < 2; ++j) {
    const auto line = V::load_bytes(lines + kLineBytes * j + 4 * first_row);
    q[4 * j] = V::or_bytes(q[4 * j], V::template bits_left<4>(line, 0x30));
    q[4 * j + 1] = V::or_bytes(q[4 * j + 1], V::template bits_left<2>(line, 0x30));
    q[4 * j + 2] = V::or_bytes(q[4 * j + 2], V::template bits_right<0>(line, 0x30));
    q[4 * j + 3] = V::or_bytes(q[4 * j + 3], V::template bits_right<2>(line, 0x30));
  }
}

// q[s] |= bit << 4: the fifth bit of levels whose lower four are nibbles.
template <class V>
[[gnu::always_inline]] inline void add_bits_at_4(const uint8_t* line_of_bits, int first_row, typename V::Bytes q[8]) {
  const auto line = V::load_bytes(line_of_bits + 4 * first_row);
  q[0] = V::or_bytes(q[0], V::template bits_left<4>(line, 0x10));
  q[1] = V::or_bytes(q[1], V::template bits_left<3>(line, 0x10));
  q[2] = V::or_bytes(q[2], V::template bits_left<2>(line, 0x10));
  q[3] = V::or_bytes(q[3], V::template bits_left<1>(line, 0x10));
  q[4] = V::or_bytes(q[4], V::template bits_right<0>(line, 0x10));
  q[5] = V::or_bytes(q[5], V::template bits_right<1>(line, 0x10));
  q[6] = V::or_bytes(q[6], V::template bits_right<2>(line, 0x10));
  q[7] = V::or_bytes(q[7], V::template bits_right<3>(line, 0x10));
}

// q[s] |= bit << 2: the third bit of levels whose lower two are crumbs.
template <class V>
[[gnu::always_inline]] inline void add_bits_at_2(const uint8_t* line_of_bits, int first_row, typename V::Bytes q[8]) {
  const auto line = V::load_bytes(line_of_bits + 4 * first_row);
  q[0] = V::or_bytes(q[0], V::template bits_left<2>(line, 0x04));
  q[1] = V::or_bytes(q[1], V::template bits_left<1>(line, 0x04));
  q[2] = V::or_bytes(q[2], V::template bits_right<0>(line, 0x04));
  q[3] = V::or_bytes(q[3], V::template bits_right<1>(line, 0x04));
  q[4] = V::or_bytes(q[4], V::template bits_right<2>(line, 0x04));
  q[5] = V::or_bytes(q[5], V::template bits_right<3>(line, 0x04));
  q[6] = V::or_bytes(q[6], V::template bits_right<4>(line, 0x04));
  q[7] = V::or_bytes(q[7], V::template bits_right<5>(line, 0x04));
}

}  // namespace ondol
