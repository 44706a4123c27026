// The vectors of the ARM families: 4 floats.  Each family adds its int8 products.
#pragma once

#include <arm_neon.h>

#include <cstdint>

namespace ondol {

// `Family` only marks its functions: what one family's file leaves to the linker must not serve another's.
template <class Family>
struct NeonBody {
  static constexpr int kWidth = 4;
  // 12 sums as integers, 12 as floats, 4 weights and 3 operands in 32 registers
  static constexpr int kTileVectors = 4;
  static constexpr int kTileTokens = 3;
  // 24 sums, 4 weights and one activation
  static constexpr int kFloatVectors = 4;
  static constexpr int kFloatTokens = 6;
  static constexpr int kGemmVectors = 4;
  static constexpr int kGemmRows = 6;
  static constexpr int kAttendQueries = 8;
  using Bytes = uint8x16_t;
  using Ints = int32x4_t;
  using Floats = float32x4_t;

  // Bytes.
  static Bytes load_bytes(const uint8_t* p) { return vld1q_u8(p); }
  static Bytes set_bytes(uint8_t x) { return vdupq_n_u8(x); }
  static Bytes broadcast_bytes(const int8_t* p) {
    int32_t four;
    __builtin_memcpy(&four, p, 4);
    return vreinterpretq_u8_s32(vdupq_n_s32(four));
  }
  static Bytes low_nibbles(Bytes x) { return vandq_u8(x, vdupq_n_u8(15)); }
  static Bytes high_nibbles(Bytes x) { return vshrq_n_u8(x, 4); }
  template <int n>
  static Bytes bits_right(Bytes x, uint8_t mask) {
    if constexpr (n > 0) x = vshrq_n_u8(x, n);
    return vandq_u8(x, vdupq_n_u8(mask));
  }
  template <int n>
  static Bytes bits_left(Bytes x, uint8_t mask) {
    return vandq_u8(vshlq_n_u8(x, n), vdupq_n_u8(mask));
  }
  static Bytes or_bytes(Bytes x, Bytes y) { return vorrq_u8(x, y); }
  static Bytes add_bytes(Bytes x, Bytes y) { return vaddq_u8(x, y); }
  static Bytes next_columns(Bytes x) {
    const uint32x4_t words = vreinterpretq_u32_u8(x);
    return vreinterpretq_u8_u32(vsliq_n_u32(vshrq_n_u32(words, 8), words, 24));
  }
  static Bytes at_least(Bytes x, uint8_t limit) { return vandq_u8(vcgeq_u8(x, vdupq_n_u8(limit)), vdupq_n_u8(1)); }
  static Bytes lookup16(const uint8_t* table, Bytes x) { return vqtbl1q_u8(vld1q_u8(table), x); }
  template <int kFirst, int kStride, int kBit>
  static Bytes spread_bits(Ints x) {
    // the byte with the bits in all four places, of which each tests its own
    constexpr uint32_t kByte = kFirst / 8 * 0x01010101u;
    constexpr uint32_t kPlaces[4] = {kByte, kByte + 0x04040404u, kByte + 0x08080808u, kByte + 0x0c0c0c0cu};
    constexpr uint32_t kBits = (1u | 1u << (8 + kStride) | 1u << (16 + 2 * kStride) | 1u << (24 + 3 * kStride))
                               << kFirst % 8;
    const uint8x16_t bytes = vqtbl1q_u8(vreinterpretq_u8_s32(x), vreinterpretq_u8_u32(vld1q_u32(kPlaces)));
    return vandq_u8(vtstq_u8(bytes, vreinterpretq_u8_u32(vdupq_n_u32(kBits))), vdupq_n_u8(1 << kBit));
  }
  static Bytes gather(const uint32_t* table, Ints index) {
    uint32x4_t words = vdupq_n_u32(table[vgetq_lane_s32(index, 0)]);
    words = vld1q_lane_u32(table + vgetq_lane_s32(index, 1), words, 1);
    words = vld1q_lane_u32(table + vgetq_lane_s32(index, 2), words, 2);
    return vreinterpretq_u8_u32(vld1q_lane_u32(table + vgetq_lane_s32(index, 3), words, 3));
  }
  static void forget(Bytes& x) { asm("" : "+w"(x)); }

  // Ints.
  static Ints set_ints(int32_t x) { return vdupq_n_s32(x); }
  static Ints load_ints(const int32_t* p) { return vld1q_s32(p); }
  static void store_ints(int32_t* p, Ints x) { vst1q_s32(p, x); }
  static Ints load_u8(const uint8_t* p) {
    return vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(vmovl_u8(four_bytes(p)))));
  }
  static Ints load_nibbles(const uint8_t* p, int64_t at) {
    uint16_t two;
    __builtin_memcpy(&two, p + at / 2, 2);
    const uint8x8_t pairs = vreinterpret_u8_u16(vdup_n_u16(two));
    const uint8x8_t nibbles = vzip1_u8(pairs, vshr_n_u8(pairs, 4));
    return vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(vmovl_u8(nibbles))));
  }
  static Ints load_words(const uint8_t* p) { return vreinterpretq_s32_u8(vld1q_u8(p)); }
  static Ints load_i8(const uint8_t* p) { return vmovl_s16(vget_low_s16(vmovl_s8(vreinterpret_s8_u8(four_bytes(p))))); }
  static void store_i8(int8_t* p, Ints x) {
    const int16x4_t words = vqmovn_s32(x);
    const int8x8_t bytes = vqmovn_s16(vcombine_s16(words, words));
    const int32_t four = vget_lane_s32(vreinterpret_s32_s8(bytes), 0);
    __builtin_memcpy(p, &four, 4);
  }
  static Ints shift_right(Ints x, int n) {
    return vreinterpretq_s32_u32(vshlq_u32(vreinterpretq_u32_s32(x), vdupq_n_s32(-n)));
  }
  static Ints shift_left(Ints x, int n) { return vshlq_s32(x, vdupq_n_s32(n)); }
  static Ints and_ints(Ints x, int32_t y) { return vandq_s32(x, vdupq_n_s32(y)); }
  static Ints or_ints(Ints x, Ints y) { return vorrq_s32(x, y); }
  static Ints xor_ints(Ints x, Ints y) { return veorq_s32(x, y); }
  static Ints add_ints(Ints x, int32_t y) { return vaddq_s32(x, vdupq_n_s32(y)); }
  static Ints sub_ints(Ints x, Ints y) { return vsubq_s32(x, y); }
  static Ints add(Ints x, Ints y) { return vaddq_s32(x, y); }
  static Ints max(Ints x, Ints y) { return vmaxq_s32(x, y); }
  static int32_t reduce_max(Ints x) { return vmaxvq_s32(x); }
  static int32_t reduce_add(Ints x) { return vaddvq_s32(x); }
  static Floats to_floats(Ints x) { return vcvtq_f32_s32(x); }
  static Bytes as_bytes(Ints x) { return vreinterpretq_u8_s32(x); }
  static Floats as_floats(Ints x) { return vreinterpretq_f32_s32(x); }
  static Ints as_ints(Floats x) { return vreinterpretq_s32_f32(x); }
  static Ints round_to_ints(Floats x) { return vcvtnq_s32_f32(x); }

  // Floats.
  static Floats load_floats(const float* p) { return vld1q_f32(p); }
  static void store_floats(float* p, Floats x) { vst1q_f32(p, x); }
  static Floats load_some(const float* p, int n) {
    float part[4] = {};
    __builtin_memcpy(part, p, 4 * static_cast<unsigned>(n));
    return vld1q_f32(part);
  }
  static void store_some(float* p, Floats x, int n) {
    if (n == 4) return vst1q_f32(p, x);
    float part[4];
    vst1q_f32(part, x);
    __builtin_memcpy(p, part, 4 * static_cast<unsigned>(n));
  }
  static Floats lookup_floats(const float* table, Ints x) {
    // the four bytes of each float, taken from the table's 64
    const uint8_t* bytes = reinterpret_cast<const uint8_t*>(table);
    const uint8x16x4_t all = {{vld1q_u8(bytes), vld1q_u8(bytes + 16), vld1q_u8(bytes + 32), vld1q_u8(bytes + 48)}};
    const uint32x4_t first = vshlq_n_u32(vandq_u32(vreinterpretq_u32_s32(x), vdupq_n_u32(15)), 2);
    const uint32x4_t each = vmlaq_u32(vdupq_n_u32(0x03020100), first, vdupq_n_u32(0x01010101));
    return vreinterpretq_f32_u8(vqtbl4q_u8(all, vreinterpretq_u8_u32(each)));
  }
  static Floats load_halves(const uint8_t* p) { return vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(p))); }
  static Floats load_bf16(const uint8_t* p) {
    return vreinterpretq_f32_u32(vshll_n_u16(vreinterpret_u16_u8(vld1_u8(p)), 16));
  }
  static Floats broadcast_half(const uint8_t* p) {
    uint16_t half;
    __builtin_memcpy(&half, p, 2);
    return vcvt_f32_f16(vreinterpret_f16_u16(vdup_n_u16(half)));
  }
  static void store_halves(uint16_t* p, Floats x) { vst1_u16(p, vreinterpret_u16_f16(vcvt_f16_f32(x))); }
  static Floats set_floats(float x) { return vdupq_n_f32(x); }
  static Floats add(Floats x, Floats y) { return vaddq_f32(x, y); }
  static Floats sub(Floats x, Floats y) { return vsubq_f32(x, y); }
  static Floats mul(Floats x, Floats y) { return vmulq_f32(x, y); }
  static Floats div(Floats x, Floats y) { return vdivq_f32(x, y); }
  static Floats sqrt(Floats x) { return vsqrtq_f32(x); }
  static Floats fma(Floats a, Floats b, Floats c) { return vfmaq_f32(c, a, b); }
  static Floats fnma(Floats a, Floats b, Floats c) { return vfmsq_f32(c, a, b); }
  static Floats max(Floats x, Floats y) { return vbslq_f32(vcgtq_f32(x, y), x, y); }
  static Floats min(Floats x, Floats y) { return vbslq_f32(vcltq_f32(x, y), x, y); }
  static Floats zero_below(Floats x, Floats bound, Floats y) {
    return vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32(y), vcltq_f32(x, bound)));
  }
  static float reduce_add(Floats x) {
    const float32x2_t two = vadd_f32(vget_low_f32(x), vget_high_f32(x));
    return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
  }
  static float reduce_max(Floats x) { return vmaxvq_f32(x); }
  static bool any_above(Floats x, Floats y) { return vmaxvq_u32(vcgtq_f32(x, y)) != 0; }
  static void transpose(Floats (&x)[kWidth]) {
    const float32x4_t a = vzip1q_f32(x[0], x[2]), b = vzip2q_f32(x[0], x[2]);
    const float32x4_t c = vzip1q_f32(x[1], x[3]), d = vzip2q_f32(x[1], x[3]);
    x[0] = vzip1q_f32(a, c);
    x[1] = vzip2q_f32(a, c);
    x[2] = vzip1q_f32(b, d);
    x[3] = vzip2q_f32(b, d);
  }

 private:
  static uint8x8_t four_bytes(const uint8_t* p) {
    uint32_t four;
    __builtin_memcpy(&four, p, 4);
    return vreinterpret_u8_u32(vdup_n_u32(four));
  }
};

}  // namespace ondol
