// What a CPU family's vector type V must offer so that the types of tensor/quant/ can unpack their run layout.
//
// One vector serves V::kWidth rows of a panel: 1 (scalar), 4 (NEON), 8 (AVX2) or 16 (AVX-512).
//   V::Bytes   4 * kWidth unsigned bytes: four neighbouring columns of each row
//   V::Ints    kWidth int32, one per row
//   V::Floats  kWidth f32, one per row
// All operations are static members; no address needs alignment.  This header is seen by code compiled for wider
// instruction sets, so it includes nothing but <cstdint>, and a concept leaves no code behind.
#pragma once

#include <cstdint>

namespace ondol {

namespace internal {
template <class A, class B>
inline constexpr bool kSame = false;
template <class A>
inline constexpr bool kSame<A, A> = true;
template <class A, class B>
concept Is = kSame<A, B>;
}  // namespace internal

// Where the CPU looks bytes up in tables of its registers, that is faster than fetching a word a lane.
template <class V>
concept LooksUpBytes = requires(typename V::Bytes bytes, typename V::Ints ints, const uint8_t* table, uint8_t mask) {
  // Byte c of each lane: the lane's integer from bit kFirst + kStride * c on, & mask, which keeps nothing of its
  // neighbours.
  { V::template spread<8, 2>(ints, mask) } -> internal::Is<typename V::Bytes>;
  // Each byte of `low`: table[byte + 256 * high's], all of high's below 1 << kBits; for kBits 0 high is not looked at.
  { V::template lookup<1>(table, ints, bytes) } -> internal::Is<typename V::Ints>;
};

template <class V>
concept VectorOps = requires(typename V::Bytes bytes, typename V::Ints ints, typename V::Floats floats,
                             const uint8_t* memory, const float* memory_floats, uint8_t byte, int n) {
  // Bytes.
  { V::load_bytes(memory) } -> internal::Is<typename V::Bytes>;   // 4 * kWidth bytes
  { V::low_nibbles(bytes) } -> internal::Is<typename V::Bytes>;   // x & 15
  { V::high_nibbles(bytes) } -> internal::Is<typename V::Bytes>;  // x >> 4
  // (x >> N) & mask and (x << N) & mask, per byte.  `mask` keeps no bit that a shift of wider lanes would bring in from
  // a neighbour: right, mask < 256 >> N; left, the lowest N bits of mask are zero.
  { V::template bits_right<2>(bytes, byte) } -> internal::Is<typename V::Bytes>;
  { V::template bits_left<2>(bytes, byte) } -> internal::Is<typename V::Bytes>;
  { V::or_bytes(bytes, bytes) } -> internal::Is<typename V::Bytes>;
  { V::add_bytes(bytes, bytes) } -> internal::Is<typename V::Bytes>;  // modulo 256
  { V::next_columns(bytes) } -> internal::Is<typename V::Bytes>;      // byte c of each lane: its byte c + 1, modulo 4
  { V::at_least(bytes, byte) } -> internal::Is<typename V::Bytes>;    // x >= limit ? 1 : 0, unsigned
  { V::lookup16(memory, bytes) } -> internal::Is<typename V::Bytes>;  // memory[x], every x in 0..15
  // Byte c of each lane: bit kFirst + kStride * c of the lane's integer, moved to bit kBit.  kStride is 0 or 1, and the
  // four bits lie in one byte of the integer.
  { V::template spread_bits<4, 1, 2>(ints) } -> internal::Is<typename V::Bytes>;
  // Ints: scale fields of a few bits.
  { V::load_u8(memory) } -> internal::Is<typename V::Ints>;       // kWidth bytes, zero-extended
  { V::load_i8(memory) } -> internal::Is<typename V::Ints>;       // kWidth bytes, sign-extended
  { V::load_words(memory) } -> internal::Is<typename V::Ints>;    // 4 * kWidth bytes, little-endian
  { V::shift_right(ints, n) } -> internal::Is<typename V::Ints>;  // zero filling; 0 <= n < 32
  { V::shift_left(ints, n) } -> internal::Is<typename V::Ints>;
  { V::and_ints(ints, n) } -> internal::Is<typename V::Ints>;  // with a constant in every lane
  { V::add_ints(ints, n) } -> internal::Is<typename V::Ints>;  // a constant to every lane
  { V::or_ints(ints, ints) } -> internal::Is<typename V::Ints>;
  { V::xor_ints(ints, ints) } -> internal::Is<typename V::Ints>;
  { V::sub_ints(ints, ints) } -> internal::Is<typename V::Ints>;
  { V::to_floats(ints) } -> internal::Is<typename V::Floats>;  // the value
  { V::as_floats(ints) } -> internal::Is<typename V::Floats>;  // the bits
  { V::as_bytes(ints) } -> internal::Is<typename V::Bytes>;    // the bits
  // Floats.  Multiply and subtract round once each, as decode does: never fused.
  { V::load_floats(memory_floats) } -> internal::Is<typename V::Floats>;
  { V::load_halves(memory) } -> internal::Is<typename V::Floats>;  // kWidth f16
  { V::load_bf16(memory) } -> internal::Is<typename V::Floats>;    // kWidth bf16
  { V::set_floats(1.0f) } -> internal::Is<typename V::Floats>;     // one value in every lane
  { V::mul(floats, floats) } -> internal::Is<typename V::Floats>;
  { V::sub(floats, floats) } -> internal::Is<typename V::Floats>;
  requires LooksUpBytes<V> || requires(const uint32_t* words) {
    { V::gather(words, ints) } -> internal::Is<typename V::Bytes>;  // words[x] of each lane, as four bytes
  };
};

}  // namespace ondol
