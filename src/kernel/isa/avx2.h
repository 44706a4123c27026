// The vectors of the 256-bit families: 8 floats, with FMA and F16C.  Each family adds its int8 products.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace ondol {

// `Family` only marks its functions: what one family's file leaves to the linker must not serve another's.
template <class Family>
struct Avx2Body {
  static constexpr int kWidth = 8;
  // 8 sums as integers, 2 weights and 3 operands in 16 registers; the sums as floats wait in memory
  static constexpr int kTileVectors = 2;
  static constexpr int kTileTokens = 4;
  // 12 sums, 2 weights and one activation
  static constexpr int kFloatVectors = 2;
  static constexpr int kFloatTokens = 6;
  static constexpr int kGemmVectors = 2;
  static constexpr int kGemmRows = 6;
  static constexpr int kAttendQueries = 4;
  using Bytes = __m256i;
  using Ints = __m256i;
  using Floats = __m256;

  // Bytes.
  static Bytes load_bytes(const uint8_t* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
  static Bytes set_bytes(uint8_t x) { return _mm256_set1_epi8(static_cast<char>(x)); }
  static Bytes broadcast_bytes(const int8_t* p) {
    int32_t four;
    __builtin_memcpy(&four, p, 4);
    return _mm256_set1_epi32(four);
  }
  static Bytes low_nibbles(Bytes x) { return _mm256_and_si256(x, set_bytes(15)); }
  static Bytes high_nibbles(Bytes x) { return bits_right<4>(x, 15); }
  template <int n>
  static Bytes bits_right(Bytes x, uint8_t mask) {
    return _mm256_and_si256(_mm256_srli_epi16(x, n), set_bytes(mask));
  }
  template <int n>
  static Bytes bits_left(Bytes x, uint8_t mask) {
    return _mm256_and_si256(_mm256_slli_epi16(x, n), set_bytes(mask));
  }
  static Bytes or_bytes(Bytes x, Bytes y) { return _mm256_or_si256(x, y); }
  static Bytes add_bytes(Bytes x, Bytes y) { return _mm256_add_epi8(x, y); }
  static Bytes next_columns(Bytes x) {
    return _mm256_shuffle_epi8(
        x, _mm256_broadcastsi128_si256(_mm_setr_epi32(0x00030201, 0x04070605, 0x080b0a09, 0x0c0f0e0d)));
  }
  static Bytes at_least(Bytes x, uint8_t limit) {
    return _mm256_and_si256(_mm256_cmpeq_epi8(_mm256_max_epu8(x, set_bytes(limit)), x), set_bytes(1));
  }
  static Bytes lookup16(const uint8_t* table, Bytes x) {
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table))),
                               x);
  }
  template <int kFirst, int kStride, int kBit>
  static Bytes spread_bits(Ints x) {
    // the byte with the bits in all four places, of which each keeps its own
    constexpr int kByte = kFirst / 8 * 0x01010101;
    const __m256i places =
        _mm256_broadcastsi128_si256(_mm_setr_epi32(kByte, kByte + 0x04040404, kByte + 0x08080808, kByte + 0x0c0c0c0c));
    constexpr int kShift = kFirst % 8;
    const __m256i bits = set_ints(static_cast<int32_t>(
        (1u | 1u << (8 + kStride) | 1u << (16 + 2 * kStride) | 1u << (24 + 3 * kStride)) << kShift));
    const __m256i kept = _mm256_and_si256(_mm256_shuffle_epi8(x, places), bits);
    return _mm256_and_si256(_mm256_cmpeq_epi8(kept, bits), set_bytes(1 << kBit));
  }
  static Bytes gather(const uint32_t* table, Ints index) {
    return _mm256_i32gather_epi32(reinterpret_cast<const int*>(table), index, 4);
  }
  static void forget(Bytes& x) { asm("" : "+x"(x)); }

  // Ints.
  static Ints set_ints(int32_t x) { return _mm256_set1_epi32(x); }
  static Ints load_ints(const int32_t* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
  static void store_ints(int32_t* p, Ints x) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), x); }
  static Ints load_u8(const uint8_t* p) {
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
  }
  static Ints load_nibbles(const uint8_t* p, int64_t at) {
    int32_t four;
    __builtin_memcpy(&four, p + at / 2, 4);
    const __m128i pairs = _mm_cvtsi32_si128(four);
    return _mm256_cvtepu8_epi32(_mm_unpacklo_epi8(pairs, _mm_srli_epi16(pairs, 4)));
  }
  static Ints load_words(const uint8_t* p) { return load_bytes(p); }
  static Ints load_i8(const uint8_t* p) {
    return _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
  }
  static void store_i8(int8_t* p, Ints x) {
    const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_packs_epi16(words, words));
  }
  static Ints shift_right(Ints x, int n) { return _mm256_srli_epi32(x, n); }
  static Ints shift_left(Ints x, int n) { return _mm256_slli_epi32(x, n); }
  static Ints and_ints(Ints x, int32_t y) { return _mm256_and_si256(x, set_ints(y)); }
  static Ints or_ints(Ints x, Ints y) { return _mm256_or_si256(x, y); }
  static Ints xor_ints(Ints x, Ints y) { return _mm256_xor_si256(x, y); }
  static Ints add_ints(Ints x, int32_t y) { return _mm256_add_epi32(x, set_ints(y)); }
  static Ints sub_ints(Ints x, Ints y) { return _mm256_sub_epi32(x, y); }
  static Ints add(Ints x, Ints y) { return _mm256_add_epi32(x, y); }
  static Ints max(Ints x, Ints y) { return _mm256_max_epi32(x, y); }
  static int32_t reduce_max(Ints x) {
    __m128i four = _mm_max_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
    four = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0b01001110));
    return _mm_cvtsi128_si32(_mm_max_epi32(four, _mm_shuffle_epi32(four, 0b10110001)));
  }
  static int32_t reduce_add(Ints x) {
    __m128i four = _mm_add_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
    four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0b01001110));
    return _mm_cvtsi128_si32(_mm_add_epi32(four, _mm_shuffle_epi32(four, 0b10110001)));
  }
  static Floats to_floats(Ints x) { return _mm256_cvtepi32_ps(x); }
  static Bytes as_bytes(Ints x) { return x; }
  static Floats as_floats(Ints x) { return _mm256_castsi256_ps(x); }
  static Ints as_ints(Floats x) { return _mm256_castps_si256(x); }
  static Ints round_to_ints(Floats x) { return _mm256_cvtps_epi32(x); }

  // Floats.
  static Floats load_floats(const float* p) { return _mm256_loadu_ps(p); }
  static void store_floats(float* p, Floats x) { _mm256_storeu_ps(p, x); }
  static Floats load_some(const float* p, int n) { return _mm256_maskload_ps(p, first_lanes(n)); }
  static void store_some(float* p, Floats x, int n) { _mm256_maskstore_ps(p, first_lanes(n), x); }
  static Floats lookup_floats(const float* table, Ints x) {
    // by three bits in each half of the table; the fourth chooses
    const __m256 low = _mm256_permutevar8x32_ps(load_floats(table), x);
    const __m256 high = _mm256_permutevar8x32_ps(load_floats(table + 8), x);
    return _mm256_blendv_ps(low, high, as_floats(_mm256_slli_epi32(x, 28)));
  }
  static Floats load_halves(const uint8_t* p) {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  static Floats load_bf16(const uint8_t* p) {
    const __m256i wide = _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
    return as_floats(_mm256_slli_epi32(wide, 16));
  }
  static Floats broadcast_half(const uint8_t* p) {
    int16_t half;
    __builtin_memcpy(&half, p, 2);
    return _mm256_cvtph_ps(_mm_set1_epi16(half));
  }
  static void store_halves(uint16_t* p, Floats x) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm256_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT));
  }
  static Floats set_floats(float x) { return _mm256_set1_ps(x); }
  static Floats add(Floats x, Floats y) { return _mm256_add_ps(x, y); }
  static Floats sub(Floats x, Floats y) { return _mm256_sub_ps(x, y); }
  static Floats mul(Floats x, Floats y) { return _mm256_mul_ps(x, y); }
  static Floats div(Floats x, Floats y) { return _mm256_div_ps(x, y); }
  static Floats sqrt(Floats x) { return _mm256_sqrt_ps(x); }
  static Floats fma(Floats a, Floats b, Floats c) { return _mm256_fmadd_ps(a, b, c); }
  static Floats fnma(Floats a, Floats b, Floats c) { return _mm256_fnmadd_ps(a, b, c); }
  static Floats max(Floats x, Floats y) { return _mm256_max_ps(x, y); }
  static Floats min(Floats x, Floats y) { return _mm256_min_ps(x, y); }
  static Floats zero_below(Floats x, Floats bound, Floats y) {
    return _mm256_and_ps(_mm256_cmp_ps(x, bound, _CMP_NLT_UQ), y);
  }
  static float reduce_add(Floats x) {
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
  static float reduce_max(Floats x) {
    const __m128 four = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
  }
  static bool any_above(Floats x, Floats y) { return _mm256_movemask_ps(_mm256_cmp_ps(x, y, _CMP_GT_OQ)) != 0; }
  static void transpose(Floats (&x)[kWidth]) {
    // pairs of rows, then of pairs, within halves of four; then the halves
    Floats y[8];
    for (int i = 0; i < 8; i += 4) {
      const __m256 a = _mm256_unpacklo_ps(x[i], x[i + 1]), b = _mm256_unpackhi_ps(x[i], x[i + 1]);
      const __m256 c = _mm256_unpacklo_ps(x[i + 2], x[i + 3]), d = _mm256_unpackhi_ps(x[i + 2], x[i + 3]);
      y[i] = _mm256_shuffle_ps(a, c, 0b01000100);
      y[i + 1] = _mm256_shuffle_ps(a, c, 0b11101110);
      y[i + 2] = _mm256_shuffle_ps(b, d, 0b01000100);
      y[i + 3] = _mm256_shuffle_ps(b, d, 0b11101110);
    }
    for (int i = 0; i < 4; ++i) {
      x[i] = _mm256_permute2f128_ps(y[i], y[i + 4], 0x20);
      x[i + 4] = _mm256_permute2f128_ps(y[i], y[i + 4], 0x31);
    }
  }

 private:
  // Minus one for the lanes that exist, read from 8 - n on.
  static constexpr int32_t kLanes[16] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};
  static __m256i first_lanes(int n) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(kLanes + 8 - n)); }
};

}  // namespace ondol
