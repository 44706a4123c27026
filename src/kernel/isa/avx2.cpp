// The AVX2 table: int8 products by VPMADDUBSW (Haswell, Zen and later).
#include "kernel/isa/avx2.h"

namespace ondol {

struct Avx2 : Avx2Body<Avx2> {
  // VPMADDUBSW adds two products in 16 bits: 2 * 128 * 127 still fits
  static constexpr int kMaxByte = 128;
  static Ints dot(Ints acc, Bytes weights, Bytes activations) {
    const __m256i pairs = _mm256_maddubs_epi16(weights, activations);
    return _mm256_add_epi32(acc, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
  }
  // |w| * (a with the sign of w): |-128| is 128 as an unsigned byte.
  static Ints dot_signed(Ints acc, Bytes weights, Bytes activations) {
    return dot(acc, _mm256_abs_epi8(weights), _mm256_sign_epi8(activations, weights));
  }
};

constinit const Kernels kAvx2Kernels = make_kernels<Avx2>("avx2", runs_avx2);

}  // namespace ondol
