// The vector of the scalar tables: one float.
#pragma once

#include "tensor/half.h"

namespace ondol {

struct Scalar {
  static constexpr int kWidth = 1;
  static constexpr int kTileVectors = 4;
  static constexpr int kTileTokens = 4;
  static constexpr int kFloatVectors = 4;
  static constexpr int kFloatTokens = 4;
  static constexpr int kGemmVectors = 4;
  static constexpr int kGemmRows = 4;
  static constexpr int kAttendQueries = 2;
  static constexpr int kMaxByte = 255;
  struct Bytes {
    uint8_t b[4];
  };
  using Ints = int32_t;
  using Floats = float;

  // Bytes.
  static Bytes load_bytes(const uint8_t* p) { return {{p[0], p[1], p[2], p[3]}}; }
  static Bytes set_bytes(uint8_t x) { return {{x, x, x, x}}; }
  static Bytes broadcast_bytes(const int8_t* p) { return load_bytes(reinterpret_cast<const uint8_t*>(p)); }
  template <class F>
  static Bytes each(Bytes x, F f) {
    return {{f(x.b[0]), f(x.b[1]), f(x.b[2]), f(x.b[3])}};
  }
  static Bytes low_nibbles(Bytes x) {
    return each(x, [](uint8_t b) { return static_cast<uint8_t>(b & 15); });
  }
  static Bytes high_nibbles(Bytes x) {
    return each(x, [](uint8_t b) { return static_cast<uint8_t>(b >> 4); });
  }
  template <int n>
  static Bytes bits_right(Bytes x, uint8_t mask) {
    return each(x, [mask](uint8_t b) { return static_cast<uint8_t>(b >> n & mask); });
  }
  template <int n>
  static Bytes bits_left(Bytes x, uint8_t mask) {
    return each(x, [mask](uint8_t b) { return static_cast<uint8_t>(b << n & mask); });
  }
  static Bytes next_columns(Bytes x) { return {{x.b[1], x.b[2], x.b[3], x.b[0]}}; }
  static Bytes at_least(Bytes x, uint8_t limit) {
    return each(x, [limit](uint8_t b) { return static_cast<uint8_t>(b >= limit); });
  }
  static Bytes lookup16(const uint8_t* table, Bytes x) {
    return each(x, [table](uint8_t b) { return table[b]; });
  }
  template <int kFirst, int kStride, int kBit>
  static Bytes spread_bits(Ints x) {
    Bytes out;
    for (int c = 0; c < 4; ++c) out.b[c] = static_cast<uint8_t>((x >> (kFirst + kStride * c) & 1) << kBit);
    return out;
  }
  static Bytes gather(const uint32_t* table, Ints index) {
    Bytes out;
    __builtin_memcpy(&out, table + index, 4);
    return out;
  }
  static Bytes or_bytes(Bytes x, Bytes y) {
    for (int i = 0; i < 4; ++i) x.b[i] |= y.b[i];
    return x;
  }
  static Bytes add_bytes(Bytes x, Bytes y) {
    for (int i = 0; i < 4; ++i) x.b[i] = static_cast<uint8_t>(x.b[i] + y.b[i]);
    return x;
  }
  static Ints dot(Ints acc, Bytes weights, Bytes activations) {
    for (int i = 0; i < 4; ++i) acc += weights.b[i] * static_cast<int8_t>(activations.b[i]);
    return acc;
  }
  static void forget(Bytes& x) { asm("" : "+m"(x)); }

  // Ints.
  static Ints set_ints(int32_t x) { return x; }
  static Ints load_ints(const int32_t* p) {
    Ints x;
    __builtin_memcpy(&x, p, 4);
    return x;
  }
  static void store_ints(int32_t* p, Ints x) { *p = x; }
  static Ints load_u8(const uint8_t* p) { return *p; }
  static Ints load_nibbles(const uint8_t* p, int64_t at) { return p[at / 2] >> (at % 2 * 4); }
  static Ints load_words(const uint8_t* p) { return load_ints(reinterpret_cast<const int32_t*>(p)); }
  static Ints load_i8(const uint8_t* p) { return static_cast<int8_t>(*p); }
  static void store_i8(int8_t* p, Ints x) { *p = static_cast<int8_t>(x); }
  static Ints shift_right(Ints x, int n) { return static_cast<int32_t>(static_cast<uint32_t>(x) >> n); }
  static Ints shift_left(Ints x, int n) { return static_cast<int32_t>(static_cast<uint32_t>(x) << n); }
  static Ints and_ints(Ints x, int32_t y) { return x & y; }
  static Ints or_ints(Ints x, Ints y) { return x | y; }
  static Ints xor_ints(Ints x, Ints y) { return x ^ y; }
  static Ints add_ints(Ints x, int32_t y) { return add(x, y); }
  static Ints sub_ints(Ints x, Ints y) { return x - y; }
  static Ints add(Ints x, Ints y) { return static_cast<int32_t>(static_cast<uint32_t>(x) + static_cast<uint32_t>(y)); }
  static Ints max(Ints x, Ints y) { return x > y ? x : y; }
  static int32_t reduce_max(Ints x) { return x; }
  static int32_t reduce_add(Ints x) { return x; }
  static Floats to_floats(Ints x) { return static_cast<float>(x); }
  static Bytes as_bytes(Ints x) { return __builtin_bit_cast(Bytes, x); }
  static Floats as_floats(Ints x) { return __builtin_bit_cast(float, x); }
  static Ints as_ints(Floats x) { return __builtin_bit_cast(int32_t, x); }
  static Ints round_to_ints(Floats x) { return static_cast<int32_t>(__builtin_lrintf(x)); }

  // Floats.
  static Floats load_floats(const float* p) {
    Floats x;
    __builtin_memcpy(&x, p, 4);
    return x;
  }
  static void store_floats(float* p, Floats x) { *p = x; }
  static Floats load_some(const float* p, int n) { return n > 0 ? *p : 0.0f; }
  static void store_some(float* p, Floats x, int n) {
    if (n > 0) *p = x;
  }
  static Floats lookup_floats(const float* table, Ints x) { return table[x & 15]; }
  static Floats load_halves(const uint8_t* p) { return half_to_float(load_u16(p)); }
  static Floats load_bf16(const uint8_t* p) { return bf16_to_float(load_u16(p)); }
  static Floats broadcast_half(const uint8_t* p) { return load_halves(p); }
  static void store_halves(uint16_t* p, Floats x) { *p = float_to_half(x); }
  static Floats set_floats(float x) { return x; }
  static Floats add(Floats x, Floats y) { return x + y; }
  static Floats sub(Floats x, Floats y) { return x - y; }
  static Floats mul(Floats x, Floats y) { return x * y; }
  static Floats div(Floats x, Floats y) { return x / y; }
  static Floats sqrt(Floats x) { return __builtin_sqrtf(x); }
  static Floats fma(Floats a, Floats b, Floats c) { return __builtin_fmaf(a, b, c); }
  static Floats fnma(Floats a, Floats b, Floats c) { return __builtin_fmaf(-a, b, c); }
  static Floats max(Floats x, Floats y) { return x > y ? x : y; }
  static Floats min(Floats x, Floats y) { return x < y ? x : y; }
  static Floats zero_below(Floats x, Floats bound, Floats y) { return x < bound ? 0.0f : y; }
  static float reduce_add(Floats x) { return x; }
  static float reduce_max(Floats x) { return x; }
  static bool any_above(Floats x, Floats y) { return x > y; }
  static void transpose(Floats (&)[kWidth]) {}

  // bf16, two a lane; see generic/train_gemm_bf16.h.
  static Ints narrow_bf16(Floats x, Floats y) { return static_cast<int32_t>(bf16(y) << 16 | bf16(x)); }
  static Ints pair_bf16(Floats x, Floats y) { return narrow_bf16(x, y); }

 private:
  static uint32_t bf16(Floats x) {
    const auto bits = static_cast<uint32_t>(as_ints(x)), magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) return bits >> 16 | 0x40;    // NaN
    if (magnitude < 0x00800000) return bits >> 16 & 0x8000;  // subnormal
    return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  }
  static uint16_t load_u16(const uint8_t* p) {
    uint16_t x;
    __builtin_memcpy(&x, p, 2);
    return x;
  }
};

}  // namespace ondol
