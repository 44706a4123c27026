// The i8mm table: NEON with the int8 matrix product (ARMv8.6-A: Cortex-A510 and A710, Neoverse V1, Apple M2).
#include "kernel/generic/make_kernels.h"
#include "kernel/isa/neon.h"
#include "kernel/isa/tables.h"

namespace ondol {

struct I8mm : NeonBody<I8mm> {
  // 12 sums as integers, 12 as floats, 6 weights and one pair of tokens in 32 registers
  static constexpr int kTileVectors = 3;
  static constexpr int kTileTokens = 4;
  static constexpr int kMaxByte = 255;
  static Ints dot(Ints acc, Bytes weights, Bytes activations) {
    return vusdotq_s32(acc, weights, vreinterpretq_s8_u8(activations));
  }

  // USMMLA multiplies 2 rows by 2 tokens over 8 columns: neighbouring k-steps are zipped to rows of 8 columns, and the
  // sums of neighbouring tokens stand zipped meanwhile: rows 0 and 1 in `low`, 2 and 3 in `high`.
  template <int kTokens, int /*kMaxByte*/>
  static constexpr bool kMultipliesSteps = kTokens % 2 == 0;
  template <int kTokens, int kSteps, int /*kMaxByte*/>
  static void multiply_steps(const Bytes (*weights)[kTileVectors], const int8_t* activations,
                             Ints (*acc)[kTileVectors]) {
    constexpr int kPairs = kTokens / 2;
    Ints low[kPairs][kTileVectors], high[kPairs][kTileVectors];
#pragma GCC unroll 8
    for (int p = 0; p < kPairs; ++p) {
#pragma GCC unroll 8
      for (int v = 0; v < kTileVectors; ++v) {
        low[p][v] = vzip1q_s32(acc[2 * p][v], acc[2 * p + 1][v]);
        high[p][v] = vzip2q_s32(acc[2 * p][v], acc[2 * p + 1][v]);
      }
    }
#pragma GCC unroll 8
    for (int k = 0; k < kSteps; k += 2) {
      Bytes low_rows[kTileVectors], high_rows[kTileVectors];
#pragma GCC unroll 8
      for (int v = 0; v < kTileVectors; ++v) {
        low_rows[v] = zip1(weights[k][v], weights[k + 1][v]);
        high_rows[v] = zip2(weights[k][v], weights[k + 1][v]);
      }
#pragma GCC unroll 8
      for (int p = 0; p < kPairs; ++p) {
        const int8_t* at = activations + (k * kTokens + 2 * p) * 4;
        const auto tokens = vreinterpretq_s8_u8(zip1(load_8_bytes(at), load_8_bytes(at + kTokens * 4)));
#pragma GCC unroll 8
        for (int v = 0; v < kTileVectors; ++v) {
          low[p][v] = vusmmlaq_s32(low[p][v], low_rows[v], tokens);
          high[p][v] = vusmmlaq_s32(high[p][v], high_rows[v], tokens);
        }
      }
    }
#pragma GCC unroll 8
    for (int p = 0; p < kPairs; ++p) {
#pragma GCC unroll 8
      for (int v = 0; v < kTileVectors; ++v) {
        acc[2 * p][v] = vuzp1q_s32(low[p][v], high[p][v]);
        acc[2 * p + 1][v] = vuzp2q_s32(low[p][v], high[p][v]);
      }
    }
  }

 private:
  // Words of four bytes in turns: x0 y0 x1 y1, and x2 y2 x3 y3.
  static Bytes zip1(Bytes x, Bytes y) {
    return vreinterpretq_u8_u32(vzip1q_u32(vreinterpretq_u32_u8(x), vreinterpretq_u32_u8(y)));
  }
  static Bytes zip2(Bytes x, Bytes y) {
    return vreinterpretq_u8_u32(vzip2q_u32(vreinterpretq_u32_u8(x), vreinterpretq_u32_u8(y)));
  }
  static Bytes load_8_bytes(const int8_t* p) {
    const uint8x8_t bytes = vld1_u8(reinterpret_cast<const uint8_t*>(p));
    return vcombine_u8(bytes, bytes);
  }
};

constinit const Kernels kI8mmKernels = make_kernels<I8mm>("i8mm", runs_i8mm);

}  // namespace ondol
