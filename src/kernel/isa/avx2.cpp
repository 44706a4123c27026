// The AVX2 table: int8 products by VPMADDUBSW (Haswell, Zen and later).
#include "kernel/generic/make_kernels.h"
#include "kernel/isa/avx2.h"
#include "kernel/isa/tables.h"

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

  // Small weights: products are added in 16 bits as long as they fit, and widened once for several steps.
  template <int kMax>
  static constexpr int kFit = 32767 / (2 * 127 * kMax);
  template <int /*kTokens*/, int kMax>
  static constexpr bool kMultipliesSteps = kFit<kMax> >= 2;
  template <int kTokens, int kSteps, int kMax>
  static void multiply_steps(const Bytes (*weights)[kTileVectors], const int8_t* activations,
                             Ints (*acc)[kTileVectors]) {
    constexpr int kAtOnce = kFit<kMax> < 4 ? 2 : kFit<kMax> < 8 ? 4 : 8, kEnd = kAtOnce < kSteps ? kAtOnce : kSteps;
#pragma GCC unroll 4
    for (int first = 0; first < kSteps; first += kEnd) {
      Ints pairs[kTokens][kTileVectors];
#pragma GCC unroll 8
      for (int k = first; k < first + kEnd; ++k) {
#pragma GCC unroll 8
        for (int t = 0; t < kTokens; ++t) {
          const Bytes columns = broadcast_bytes(activations + (k * kTokens + t) * 4);
#pragma GCC unroll 8
          for (int v = 0; v < kTileVectors; ++v) {
            const Ints products = _mm256_maddubs_epi16(weights[k][v], columns);
            pairs[t][v] = k == first ? products : _mm256_add_epi16(pairs[t][v], products);
          }
        }
      }
#pragma GCC unroll 8
      for (int t = 0; t < kTokens; ++t) {
#pragma GCC unroll 8
        for (int v = 0; v < kTileVectors; ++v) {
          acc[t][v] = _mm256_add_epi32(acc[t][v], _mm256_madd_epi16(pairs[t][v], _mm256_set1_epi16(1)));
        }
      }
    }
  }
};

constinit const Kernels kAvx2Kernels = make_kernels<Avx2>("avx2", runs_avx2);

}  // namespace ondol
