// What this machine can do at most: the multiplier's rate on registers alone, and the rate memory can be read at.
#pragma once

#include "kernel/generic/vector.h"

namespace ondol {

// Enough independent sums to hide the latency of a multiply-add on every CPU we know.
inline constexpr int kProbeSums = 12;
inline constexpr int kProbeSteps = 64;  // multiply-adds of each sum in one round

// Tells the compiler that `memory` is read, so that what was written there had to be computed.
template <class V>
inline void keep(const void* memory) {
  asm volatile("" : : "r"(memory) : "memory");
}

template <class V>
int64_t probe_int8(int64_t n_rounds) {
  alignas(64) uint8_t bytes[4 * V::kWidth];
  for (int i = 0; i < 4 * V::kWidth; ++i) bytes[i] = static_cast<uint8_t>(i & 15);
  auto weights = V::load_bytes(bytes);
  typename V::Ints sum[kProbeSums];
  for (int i = 0; i < kProbeSums; ++i) sum[i] = V::set_ints(i);
  for (int64_t round = 0; round < n_rounds; ++round) {
#pragma GCC unroll 16
    for (int step = 0; step < kProbeSteps; ++step) {
      for (int i = 0; i < kProbeSums; ++i) {
        V::forget(weights);  // else the parts of a dot() that is several instructions would be shared
        sum[i] = V::dot(sum[i], weights, weights);
      }
    }
  }
  int32_t out[V::kWidth];
  for (int i = 0; i < kProbeSums; ++i) {
    V::store_ints(out, sum[i]);
    keep<V>(out);
  }
  return n_rounds * kProbeSteps * kProbeSums * 4 * V::kWidth * 2;
}

template <class V>
int64_t probe_f32(int64_t n_rounds) {
  float one = 1;
  keep<V>(&one);
  const auto x = V::set_floats(one);
  typename V::Floats sum[kProbeSums];
  for (int i = 0; i < kProbeSums; ++i) sum[i] = V::set_floats(static_cast<float>(i));
  for (int64_t round = 0; round < n_rounds; ++round) {
    for (int step = 0; step < kProbeSteps; ++step) {
      for (int i = 0; i < kProbeSums; ++i) sum[i] = V::fma(x, x, sum[i]);
    }
  }
  float out[V::kWidth];
  for (int i = 0; i < kProbeSums; ++i) {
    V::store_floats(out, sum[i]);
    keep<V>(out);
  }
  return n_rounds * kProbeSteps * kProbeSums * V::kWidth * 2;
}

// For vectors that multiply bf16.
template <class V>
int64_t probe_bf16(int64_t n_rounds) {
  alignas(64) uint8_t bytes[4 * V::kWidth] = {};
  keep<V>(bytes);
  const auto x = V::load_bytes(bytes);
  typename V::Floats sum[kProbeSums];
  for (int i = 0; i < kProbeSums; ++i) sum[i] = V::set_floats(static_cast<float>(i));
  for (int64_t round = 0; round < n_rounds; ++round) {
    for (int step = 0; step < kProbeSteps; ++step) {
      for (int i = 0; i < kProbeSums; ++i) sum[i] = V::dot_bf16(sum[i], x, x);
    }
  }
  float out[V::kWidth];
  for (int i = 0; i < kProbeSums; ++i) {
    V::store_floats(out, sum[i]);
    keep<V>(out);
  }
  return n_rounds * kProbeSteps * kProbeSums * 2 * V::kWidth * 2;
}

// One stream, asking 256 bytes ahead: of one, two and four streams and 0 to 8 KiB the fastest on Zen 4 (medians of 11,
// one thread: 23.7 GB/s; two streams 18.0, four 23.5; two threads 29.4, 28.8, 26.7).
template <class V>
uint64_t probe_read(const uint8_t* memory, int64_t size_bytes) {
  constexpr int kAhead = 256, kLine = 64, kLines = 4;
  constexpr int kVectors = kLine / (4 * V::kWidth);
  typename V::Ints sum[kLines];
  for (int i = 0; i < kLines; ++i) sum[i] = V::set_ints(0);
  for (int64_t at = 0; at < size_bytes; at += kLines * kLine) {
    for (int i = 0; i < kLines; ++i) {
      const uint8_t* line = memory + at + i * kLine;
      __builtin_prefetch(line + kAhead);
      for (int v = 0; v < kVectors; ++v) {
        sum[i] = V::add(sum[i], V::load_ints(reinterpret_cast<const int32_t*>(line) + v * V::kWidth));
      }
    }
  }
  uint64_t total = 0;
  for (int i = 0; i < kLines; ++i) {
    int32_t out[V::kWidth];
    V::store_ints(out, sum[i]);
    for (int k = 0; k < V::kWidth; ++k) total += static_cast<uint32_t>(out[k]);
  }
  return total;
}

}  // namespace ondol
