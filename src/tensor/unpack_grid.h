// From the indices of grid points (tensor/iq_grids.h) to the k-steps of one group of 32 columns, for V::kWidth rows.
//
// The lower eight bits of the indices lie in lines, four points of a row a 32-bit word; the upper bits somewhere in
// another word of the row.  A CPU that looks bytes up in registers takes all points of a line at once from the packed
// grid and spreads the levels over the columns; others fetch four columns of a point at a time.
// Seen by code compiled for wider instruction sets: templates on V only.
#pragma once

#include "tensor/iq_grids.h"
#include "tensor/panel.h"
#include "tensor/vector_ops.h"

namespace ondol {

// Where the upper bits of four indices lie in a word: `bits` of them from bit `first` on, the next ones `stride`
// higher.
template <int bits, int first, int stride>
struct UpperBits {
  static constexpr int kBits = bits, kFirst = first, kStride = stride;
  static constexpr uint8_t kMask = (1 << bits) - 1;
};
using NoUpperBits = UpperBits<0, 0, 0>;

template <class V, class Upper, int point>
[[gnu::always_inline]] inline typename V::Ints point_index(typename V::Ints low, typename V::Ints high) {
  const auto index = V::and_ints(V::shift_right(low, 8 * point), 255);
  if constexpr (Upper::kBits == 0) return index;
  else
    return V::or_ints(
        index,
        V::shift_left(V::and_ints(V::shift_right(high, Upper::kFirst + Upper::kStride * point), Upper::kMask), 8));
}

// The upper bits, a byte for each point.
template <class V, class Upper>
[[gnu::always_inline]] inline typename V::Bytes upper_bytes(typename V::Ints high) {
  return V::template spread<Upper::kFirst, Upper::kStride>(high, Upper::kMask);
}

// q[s] = the levels of k-step s, from the four points of a line.
template <class V, class Upper, class Grid>
[[gnu::always_inline]] inline void unpack_ternary_points(const Grid& grid, typename V::Ints low, typename V::Ints high,
                                                         typename V::Bytes q[8]) {
  static_assert(Grid::kPoints == 256 << Upper::kBits && Grid::kColumns == 8);
  if constexpr (LooksUpBytes<V>) {
    const auto upper = upper_bytes<V, Upper>(high);
    const auto first = V::template lookup<Upper::kBits>(grid.halves[0], low, upper);
    const auto second = V::template lookup<Upper::kBits>(grid.halves[1], low, upper);
    q[0] = V::template spread<0, 2>(first, 3);
    q[1] = V::template spread<0, 2>(second, 3);
    q[2] = V::template spread<8, 2>(first, 3);
    q[3] = V::template spread<8, 2>(second, 3);
    q[4] = V::template spread<16, 2>(first, 3);
    q[5] = V::template spread<16, 2>(second, 3);
    q[6] = V::template spread<24, 2>(first, 3);
    q[7] = V::template spread<24, 2>(second, 3);
  } else {
    const typename V::Ints points[4] = {point_index<V, Upper, 0>(low, high), point_index<V, Upper, 1>(low, high),
                                        point_index<V, Upper, 2>(low, high), point_index<V, Upper, 3>(low, high)};
    for (int i = 0; i < 4; ++i) {
      const auto word = V::shift_left(points[i], 1);
      q[2 * i] = V::gather(grid.words, word);
      q[2 * i + 1] = V::gather(grid.words + 1, word);
    }
  }
}

// q[s] = the levels of k-steps 0..3 (or 4..7 for q + 4), from the four points of a line.
template <class V, class Upper, class Grid>
[[gnu::always_inline]] inline void unpack_octal_points(const Grid& grid, typename V::Ints low, typename V::Ints high,
                                                       typename V::Bytes q[4]) {
  static_assert(Grid::kPoints == 256 << Upper::kBits && Grid::kColumns == 4);
  if constexpr (LooksUpBytes<V>) {
    const auto upper = upper_bytes<V, Upper>(high);
    const auto crumbs = V::template lookup<Upper::kBits>(grid.low, low, upper);
    const auto thirds = V::template lookup<Upper::kBits>(grid.high, low, upper);
    q[0] = V::or_bytes(V::template spread<0, 2>(crumbs, 3), V::template spread_bits<0, 1, 2>(thirds));
    q[1] = V::or_bytes(V::template spread<8, 2>(crumbs, 3), V::template spread_bits<8, 1, 2>(thirds));
    q[2] = V::or_bytes(V::template spread<16, 2>(crumbs, 3), V::template spread_bits<16, 1, 2>(thirds));
    q[3] = V::or_bytes(V::template spread<24, 2>(crumbs, 3), V::template spread_bits<24, 1, 2>(thirds));
  } else {
    q[0] = V::gather(grid.words, point_index<V, Upper, 0>(low, high));
    q[1] = V::gather(grid.words, point_index<V, Upper, 1>(low, high));
    q[2] = V::gather(grid.words, point_index<V, Upper, 2>(low, high));
    q[3] = V::gather(grid.words, point_index<V, Upper, 3>(low, high));
  }
}

// q[s] |= bit c of the group << kBit, for column c.
template <class V, int kBit>
[[gnu::always_inline]] inline void add_sign_bits(typename V::Ints signs, typename V::Bytes q[8]) {
  q[0] = V::or_bytes(q[0], V::template spread_bits<0, 1, kBit>(signs));
  q[1] = V::or_bytes(q[1], V::template spread_bits<4, 1, kBit>(signs));
  q[2] = V::or_bytes(q[2], V::template spread_bits<8, 1, kBit>(signs));
  q[3] = V::or_bytes(q[3], V::template spread_bits<12, 1, kBit>(signs));
  q[4] = V::or_bytes(q[4], V::template spread_bits<16, 1, kBit>(signs));
  q[5] = V::or_bytes(q[5], V::template spread_bits<20, 1, kBit>(signs));
  q[6] = V::or_bytes(q[6], V::template spread_bits<24, 1, kBit>(signs));
  q[7] = V::or_bytes(q[7], V::template spread_bits<28, 1, kBit>(signs));
}

// Seven signs in bits 0..6 of each byte, and the eighth, which makes the number of negative ones even, in bit 7.
template <class V>
[[gnu::always_inline]] inline typename V::Ints complete_signs(typename V::Ints word) {
  const auto seven = V::and_ints(word, 0x7f7f7f7f);
  // fold each byte onto its lowest bit; what comes in from the next byte stays above
  const auto four = V::xor_ints(seven, V::shift_right(seven, 4));
  const auto two = V::xor_ints(four, V::shift_right(four, 2));
  const auto parity = V::and_ints(V::xor_ints(two, V::shift_right(two, 1)), 0x01010101);
  return V::or_ints(seven, V::shift_left(parity, 7));
}

// Bit 7 of the four bytes as a number, that of the first byte the lowest.
template <class V>
[[gnu::always_inline]] inline typename V::Ints top_bits(typename V::Ints word) {
  const auto low = V::or_ints(V::and_ints(V::shift_right(word, 7), 1), V::and_ints(V::shift_right(word, 14), 2));
  const auto high = V::or_ints(V::and_ints(V::shift_right(word, 21), 4), V::and_ints(V::shift_right(word, 28), 8));
  return V::or_ints(low, high);
}

// The scale of a field: block scale * (2 field + 1) * part, every product exact.
template <class V>
[[gnu::always_inline]] inline typename V::Floats odd_scale(typename V::Floats block_scale, typename V::Ints field,
                                                           float part) {
  const auto odd = V::to_floats(V::add_ints(V::shift_left(field, 1), 1));
  return V::mul(V::mul(block_scale, V::set_floats(part)), odd);
}

// Two bytes of each row, the second kPanelRows behind the first, as a number.
template <class V>
[[gnu::always_inline]] inline typename V::Ints load_byte_pair(const uint8_t* bytes) {
  return V::or_ints(V::load_u8(bytes), V::shift_left(V::load_u8(bytes + kPanelRows), 8));
}

// q[s] = bytes[q[s]]
template <class V>
[[gnu::always_inline]] inline void look_up_bytes(const uint8_t bytes[16], typename V::Bytes q[8]) {
  for (int s = 0; s < 8; ++s) q[s] = V::lookup16(bytes, q[s]);
}

// From level | sign << 2 to what the int8 product reads of IQ2: sign * value + 43.
template <class V>
[[gnu::always_inline]] inline void look_up_iq2(typename V::Bytes q[8]) {
  static constexpr uint8_t kBytes[16] = {51, 68, 86, 0, 35, 18, 0};
  look_up_bytes<V>(kBytes, q);
}

// From level | (delta < 0) << 2 to what it reads of IQ1: 8 * (level - 1 + delta) + 9.
template <class V>
[[gnu::always_inline]] inline void look_up_iq1(typename V::Bytes q[8]) {
  static constexpr uint8_t kBytes[16] = {2, 10, 18, 0, 0, 8, 16};
  look_up_bytes<V>(kBytes, q);
}

}  // namespace ondol
