// What the kernels ask of a CPU family's vector type V, beyond tensor/vector_ops.h.
//
//   kWidth          floats in a vector: 1 (scalar), 4 (NEON), 8 (AVX2), 16 (AVX-512)
//   kTileVectors    vectors of rows, and
//   kTileTokens     tokens, whose sums the int8 product's inner loop keeps in registers
//   kFloatVectors, kFloatTokens    the same of the float product
//   kAttendQueries  queries that share one pass over a page of keys and values; a power of two
//   load_nibbles    nibbles [n, n + kWidth) of memory, n a multiple of kWidth, the low one of a byte first; anything
//                   may stand above the lowest four bits of a lane
//   kMaxByte        largest weight byte that dot() multiplies exactly; wider types go through dot_signed()
//
// Seen by code compiled for wider instruction sets: no standard library, only templates on V.
#pragma once

#include "tensor/vector_ops.h"

namespace ondol {

template <class V>
concept KernelVector = VectorOps<V> &&
    requires(typename V::Bytes bytes, typename V::Ints ints, typename V::Floats f, const uint8_t* memory,
             const int8_t* signed_memory, int8_t* signed_out, const int32_t* memory_ints, int32_t* ints_out,
             uint16_t* halves_out, const float* memory_floats, float* floats_out, int n) {
  // Int8 products.  In each lane: acc + the sum over 4 columns of weight * activation, exact.
  { V::dot(ints, bytes, bytes) } -> internal::Is<typename V::Ints>;  // weights 0..kMaxByte, activations -127..127
  { V::broadcast_bytes(signed_memory) } -> internal::Is<typename V::Bytes>;  // the same 4 bytes in every lane
  { V::set_bytes(uint8_t{}) } -> internal::Is<typename V::Bytes>;            // one byte everywhere
  V::forget(bytes);  // no instruction; hides from the compiler what is in `bytes`
  // Ints.
  { V::set_ints(n) } -> internal::Is<typename V::Ints>;
  { V::load_ints(memory_ints) } -> internal::Is<typename V::Ints>;
  V::store_ints(ints_out, ints);
  { V::add(ints, ints) } -> internal::Is<typename V::Ints>;
  { V::max(ints, ints) } -> internal::Is<typename V::Ints>;
  { V::as_ints(f) } -> internal::Is<typename V::Ints>;               // the bits
  { V::round_to_ints(f) } -> internal::Is<typename V::Ints>;         // nearest, ties to even; |x| < 2^31
  V::store_i8(signed_out, ints);                                     // kWidth values of -128..127
  { V::load_nibbles(memory, n) } -> internal::Is<typename V::Ints>;  // see below
  // Floats.
  V::store_floats(floats_out, f);
  { V::lookup_floats(memory_floats, ints) } -> internal::Is<typename V::Floats>;  // memory[x & 15]
  { V::load_some(memory_floats, n) } -> internal::Is<typename V::Floats>;         // the first n lanes, zeros behind
  V::store_some(floats_out, f, n);                                                // the first n lanes; 0 <= n <= kWidth
  V::store_halves(halves_out, f);                                                 // f16, nearest even
  { V::broadcast_half(memory) } -> internal::Is<typename V::Floats>;              // one f16 in every lane
  { V::add(f, f) } -> internal::Is<typename V::Floats>;
  { V::div(f, f) } -> internal::Is<typename V::Floats>;
  { V::fma(f, f, f) } -> internal::Is<typename V::Floats>;         // a * b + c, rounded once
  { V::fnma(f, f, f) } -> internal::Is<typename V::Floats>;        // c - a * b, rounded once
  { V::max(f, f) } -> internal::Is<typename V::Floats>;            // a > b ? a : b, so b when one is NaN
  { V::min(f, f) } -> internal::Is<typename V::Floats>;            // a < b ? a : b
  { V::zero_below(f, f, f) } -> internal::Is<typename V::Floats>;  // x < bound ? 0 : y, for (x, bound, y)
  { V::reduce_add(f) } -> internal::Is<float>;                     // halves folded: lane i + lane i + width/2
  { V::reduce_max(f) } -> internal::Is<float>;
  { V::any_above(f, f) } -> internal::Is<bool>;  // a > b in some lane
  { V::reduce_max(ints) } -> internal::Is<int32_t>;
  { V::reduce_add(ints) } -> internal::Is<int32_t>;
  // As dot(), weights signed: only where dot() does not take every byte.
  requires V::kMaxByte == 255 || requires { V::dot_signed(ints, bytes, bytes); };
};

// Where a tile's integer sums take a better way than dot() by dot(), for this many tokens and weights up to kMaxByte:
//   V::multiply_steps<kTokens, kSteps, kMaxByte>(weights, activations, acc)
// adds to acc[token][vector] what dot() would for kSteps steps of four columns, an even number; weights [step][vector],
// activations [step][token][4].
template <class V, int kTokens, int kMaxByte>
concept MultipliesSteps = requires { requires V::template kMultipliesSteps<kTokens, kMaxByte>; };

// The sum of n vectors, n a power of two, and of their lanes: the upper half is folded onto the lower until one number
// is left, so the order of additions does not depend on V::kWidth.
template <class V, int n>
inline float fold_sum(typename V::Floats (&v)[n]) {
  for (int half = n / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; ++i) v[i] = V::add(v[i], v[i + half]);
  }
  return V::reduce_add(v[0]);
}

}  // namespace ondol
