// The vectors of the AVX-512 families: 16 floats.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace ondol {

struct Avx512 {
  static constexpr int kWidth = 16;
  // 12 sums as integers and 12 as floats, 3 weights and a broadcast in 32 registers
  static constexpr int kTileVectors = 3;
  static constexpr int kTileTokens = 4;
  // 24 sums, 4 weights and one activation
  static constexpr int kFloatVectors = 4;
  static constexpr int kFloatTokens = 6;
  // 24 sums, 2 columns of the second operand and one element of the first
  static constexpr int kGemmVectors = 2;
  static constexpr int kGemmRows = 12;
  static constexpr int kAttendQueries = 8;
  static constexpr int kMaxByte = 255;
  using Bytes = __m512i;
  using Ints = __m512i;
  using Floats = __m512;

  // Bytes.
  static Bytes load_bytes(const uint8_t* p) { return _mm512_loadu_si512(p); }
  static void store_bytes(int8_t* p, Bytes x) { _mm512_storeu_si512(p, x); }
  static Bytes set_bytes(uint8_t x) { return _mm512_set1_epi8(static_cast<char>(x)); }
  static Bytes broadcast_bytes(const int8_t* p) {
    int32_t four;
    __builtin_memcpy(&four, p, 4);
    return _mm512_set1_epi32(four);
  }
  static Bytes low_nibbles(Bytes x) { return _mm512_and_si512(x, set_bytes(15)); }
  static Bytes high_nibbles(Bytes x) { return bits_right<4>(x, 15); }
  template <int n>
  static Bytes bits_right(Bytes x, uint8_t mask) {
    return _mm512_and_si512(_mm512_srli_epi16(x, n), set_bytes(mask));
  }
  template <int n>
  static Bytes bits_left(Bytes x, uint8_t mask) {
    return _mm512_and_si512(_mm512_slli_epi16(x, n), set_bytes(mask));
  }
  static Bytes or_bytes(Bytes x, Bytes y) { return _mm512_or_si512(x, y); }
  static Bytes add_bytes(Bytes x, Bytes y) { return _mm512_add_epi8(x, y); }
  static Bytes next_columns(Bytes x) { return _mm512_ror_epi32(x, 8); }
  static Bytes at_least(Bytes x, uint8_t limit) {
    return _mm512_maskz_mov_epi8(_mm512_cmpge_epu8_mask(x, set_bytes(limit)), set_bytes(1));
  }
  static Bytes lookup16(const uint8_t* table, Bytes x) {
    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table))), x);
  }
  template <int kFirst, int kStride>
  static Bytes spread(Ints x, uint8_t mask) {
    // VPMULTISHIFTQB takes each byte from any bit of its 64-bit word on
    constexpr uint32_t kPlaces = (kFirst & 63u) | ((kFirst + kStride) & 63u) << 8 |
                                 ((kFirst + 2 * kStride) & 63u) << 16 | ((kFirst + 3 * kStride) & 63u) << 24;
    constexpr uint64_t kUpper = kPlaces ^ 0x20202020u;
    const __m512i places = _mm512_set1_epi64(static_cast<int64_t>(kUpper << 32 | kPlaces));
    return _mm512_and_si512(_mm512_multishift_epi64_epi8(places, x), set_bytes(mask));
  }
  template <int kFirst, int kStride, int kBit>
  static Bytes spread_bits(Ints x) {
    return spread<kFirst - kBit, kStride>(x, 1 << kBit);
  }
  template <int kBits>
  static Ints lookup(const uint8_t* table, Ints low, Bytes high) {
    return lookup_half<kBits>(table, low, _mm512_movepi8_mask(low), high);
  }
  static Ints dot(Ints acc, Bytes weights, Bytes activations) { return _mm512_dpbusd_epi32(acc, weights, activations); }
  static void forget(Bytes& x) { asm("" : "+v"(x)); }

  // Ints.
  static Ints set_ints(int32_t x) { return _mm512_set1_epi32(x); }
  static Ints load_ints(const int32_t* p) { return _mm512_loadu_si512(p); }
  static void store_ints(int32_t* p, Ints x) { _mm512_storeu_si512(p, x); }
  static Ints load_u8(const uint8_t* p) {
    return _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  static Ints load_nibbles(const uint8_t* p, int64_t at) {
    const __m128i pairs = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p + at / 2));
    return _mm512_cvtepu8_epi32(_mm_unpacklo_epi8(pairs, _mm_srli_epi16(pairs, 4)));
  }
  static Ints load_words(const uint8_t* p) { return load_bytes(p); }
  static Ints load_i8(const uint8_t* p) {
    return _mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  static void store_i8(int8_t* p, Ints x) { _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_cvtepi32_epi8(x)); }
  static Ints shift_right(Ints x, int n) { return _mm512_srli_epi32(x, static_cast<unsigned>(n)); }
  static Ints shift_left(Ints x, int n) { return _mm512_slli_epi32(x, static_cast<unsigned>(n)); }
  static Ints and_ints(Ints x, int32_t y) { return _mm512_and_si512(x, set_ints(y)); }
  static Ints or_ints(Ints x, Ints y) { return _mm512_or_si512(x, y); }
  static Ints xor_ints(Ints x, Ints y) { return _mm512_xor_si512(x, y); }
  static Ints add_ints(Ints x, int32_t y) { return _mm512_add_epi32(x, set_ints(y)); }
  static Ints sub_ints(Ints x, Ints y) { return _mm512_sub_epi32(x, y); }
  static Ints add(Ints x, Ints y) { return _mm512_add_epi32(x, y); }
  static Ints max(Ints x, Ints y) { return _mm512_max_epi32(x, y); }
  static int32_t reduce_max(Ints x) { return _mm512_reduce_max_epi32(x); }
  static int32_t reduce_add(Ints x) { return _mm512_reduce_add_epi32(x); }
  static Floats to_floats(Ints x) { return _mm512_cvtepi32_ps(x); }
  static Bytes as_bytes(Ints x) { return x; }
  static Floats as_floats(Ints x) { return _mm512_castsi512_ps(x); }
  static Ints as_ints(Floats x) { return _mm512_castps_si512(x); }
  static Ints round_to_ints(Floats x) { return _mm512_cvtps_epi32(x); }

  // Floats.
  static Floats load_floats(const float* p) { return _mm512_loadu_ps(p); }
  static void store_floats(float* p, Floats x) { _mm512_storeu_ps(p, x); }
  static void stream_floats(float* p, Floats x) { _mm512_stream_ps(p, x); }  // p is aligned to 64 bytes
  static Floats load_some(const float* p, int n) { return _mm512_maskz_loadu_ps(first_lanes(n), p); }
  static void store_some(float* p, Floats x, int n) { _mm512_mask_storeu_ps(p, first_lanes(n), x); }
  static Floats lookup_floats(const float* table, Ints x) { return _mm512_permutexvar_ps(x, load_floats(table)); }
  static Floats load_halves(const uint8_t* p) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
  }
  static Floats load_bf16(const uint8_t* p) {
    const __m512i wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
    return as_floats(_mm512_slli_epi32(wide, 16));
  }
  static Floats broadcast_half(const uint8_t* p) {
    int16_t half;
    __builtin_memcpy(&half, p, 2);
    return _mm512_cvtph_ps(_mm256_set1_epi16(half));
  }
  static void store_halves(uint16_t* p, Floats x) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT));
  }
  static Floats set_floats(float x) { return _mm512_set1_ps(x); }
  static Floats add(Floats x, Floats y) { return _mm512_add_ps(x, y); }
  static Floats sub(Floats x, Floats y) { return _mm512_sub_ps(x, y); }
  static Floats mul(Floats x, Floats y) { return _mm512_mul_ps(x, y); }
  static Floats div(Floats x, Floats y) { return _mm512_div_ps(x, y); }
  static Floats sqrt(Floats x) { return _mm512_sqrt_ps(x); }
  static Floats fma(Floats a, Floats b, Floats c) { return _mm512_fmadd_ps(a, b, c); }
  static Floats fnma(Floats a, Floats b, Floats c) { return _mm512_fnmadd_ps(a, b, c); }
  static Floats max(Floats x, Floats y) { return _mm512_max_ps(x, y); }
  static Floats min(Floats x, Floats y) { return _mm512_min_ps(x, y); }
  static Floats zero_below(Floats x, Floats bound, Floats y) {
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, bound, _CMP_NLT_UQ), y);
  }
  static float reduce_add(Floats x) {
    const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
  static float reduce_max(Floats x) { return _mm512_reduce_max_ps(x); }
  static bool any_above(Floats x, Floats y) { return _mm512_cmp_ps_mask(x, y, _CMP_GT_OQ) != 0; }
  static void transpose(Floats (&x)[kWidth]) {
    // pairs of rows, then of pairs, within quarters of four: y[4 g + i] holds column i of each quarter of rows 4g..4g+3
    Floats y[16];
#pragma GCC unroll 4
    for (int i = 0; i < 16; i += 4) {
      const __m512 a = _mm512_unpacklo_ps(x[i], x[i + 1]), b = _mm512_unpackhi_ps(x[i], x[i + 1]);
      const __m512 c = _mm512_unpacklo_ps(x[i + 2], x[i + 3]), d = _mm512_unpackhi_ps(x[i + 2], x[i + 3]);
      y[i] = _mm512_shuffle_ps(a, c, 0b01000100);
      y[i + 1] = _mm512_shuffle_ps(a, c, 0b11101110);
      y[i + 2] = _mm512_shuffle_ps(b, d, 0b01000100);
      y[i + 3] = _mm512_shuffle_ps(b, d, 0b11101110);
    }
    // then the quarters
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      const __m512 a = _mm512_shuffle_f32x4(y[i], y[i + 4], 0b10001000);
      const __m512 b = _mm512_shuffle_f32x4(y[i], y[i + 4], 0b11011101);
      const __m512 c = _mm512_shuffle_f32x4(y[i + 8], y[i + 12], 0b10001000);
      const __m512 d = _mm512_shuffle_f32x4(y[i + 8], y[i + 12], 0b11011101);
      x[i] = _mm512_shuffle_f32x4(a, c, 0b10001000);
      x[i + 4] = _mm512_shuffle_f32x4(b, d, 0b10001000);
      x[i + 8] = _mm512_shuffle_f32x4(a, c, 0b11011101);
      x[i + 12] = _mm512_shuffle_f32x4(b, d, 0b11011101);
    }
  }

  // bf16, two a lane; see generic/train_gemm_bf16.h.
  static Ints narrow_bf16(Floats x, Floats y) { return reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(y, x)); }
  static Ints pair_bf16(Floats x, Floats y) {
    // 0, 16, 1, 17, ...
    const __m512i turns = _mm512_add_epi32(
        _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
        _mm512_slli_epi32(_mm512_setr_epi32(16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31), 16));
    return _mm512_permutexvar_epi16(turns, narrow_bf16(x, y));
  }
  // In each lane: acc + the products of two pairs of bf16.
  static Floats dot_bf16(Floats acc, Bytes x, Bytes y) {
    return _mm512_dpbf16_ps(acc, reinterpret_cast<__m512bh>(x), reinterpret_cast<__m512bh>(y));
  }

 private:
  // The lookup by bits 0..6 and `bit_7` of `low` and kBits bits of `high`: half the table by half the table.
  template <int kBits>
  static Ints lookup_half(const uint8_t* table, Ints low, __mmask64 bit_7, Bytes high) {
    if constexpr (kBits == 0) {
      return _mm512_mask_blend_epi8(bit_7, lookup128(table, low), lookup128(table + 128, low));
    } else {
      return _mm512_mask_blend_epi8(_mm512_test_epi8_mask(high, set_bytes(1 << (kBits - 1))),
                                    lookup_half<kBits - 1>(table, low, bit_7, high),
                                    lookup_half<kBits - 1>(table + (128 << kBits), low, bit_7, high));
    }
  }
  static Ints lookup128(const uint8_t* table, Ints low) {
    return _mm512_permutex2var_epi8(load_bytes(table), low, load_bytes(table + 64));
  }
  static __mmask16 first_lanes(int n) { return static_cast<__mmask16>((1u << n) - 1); }
};

}  // namespace ondol
