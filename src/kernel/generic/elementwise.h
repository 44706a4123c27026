// The small steps of a layer.  Each output element is the same expression whatever V is; loops without V are left to
// the compiler, which may not change their results (-ffp-contract=off).
#pragma once

#include "kernel/generic/exp.h"

namespace ondol {

// mean(x^2) in 64 interleaved sums, folded as fold_sum() says.
template <class V>
void rms_norm(const float* x, const float* weight, float eps, float* y, int64_t n) {
  constexpr int kLanes = 64;
  constexpr int kVectors = kLanes / V::kWidth;
  typename V::Floats sum[kVectors];
  for (int v = 0; v < kVectors; ++v) sum[v] = V::set_floats(0);
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int v = 0; v < kVectors; ++v) {
      const auto x_v = V::load_floats(x + i + v * V::kWidth);
      sum[v] = V::fma(x_v, x_v, sum[v]);
    }
  }
  for (int v = 0; i < n; ++v, i += V::kWidth) {
    const auto x_v = V::load_some(x + i, static_cast<int>(n - i < V::kWidth ? n - i : V::kWidth));
    sum[v] = V::fma(x_v, x_v, sum[v]);
  }
  const float scale = 1.0f / __builtin_sqrtf(fold_sum<V>(sum) / static_cast<float>(n) + eps);
  for (int64_t j = 0; j < n; ++j) y[j] = x[j] * scale * weight[j];
}

template <class V>
void rope(float* x, int n_heads, int head_dim, int n_dims, const float* cos, const float* sin, bool interleaved) {
  const int half = n_dims / 2;
  for (int head = 0; head < n_heads; ++head, x += head_dim) {
    if (interleaved) {
      for (int i = 0; i < half; ++i) {
        const float a = x[2 * i], b = x[2 * i + 1];
        x[2 * i] = a * cos[i] - b * sin[i];
        x[2 * i + 1] = a * sin[i] + b * cos[i];
      }
    } else {
      for (int i = 0; i < half; ++i) {
        const float a = x[i], b = x[i + half];
        x[i] = a * cos[i] - b * sin[i];
        x[i + half] = a * sin[i] + b * cos[i];
      }
    }
  }
}

// silu(g) = g / (1 + exp(-g))
template <class V>
void swiglu(const float* gate, const float* up, float* y, int64_t n) {
  for (int64_t i = 0; i < n; i += V::kWidth) {
    const int width = static_cast<int>(n - i < V::kWidth ? n - i : V::kWidth);
    const auto g = V::load_some(gate + i, width);
    const auto one_plus = V::add(V::set_floats(1), exp<V>(V::sub(V::set_floats(0), g)));
    V::store_some(y + i, V::mul(V::div(g, one_plus), V::load_some(up + i, width)), width);
  }
}

template <class V>
void add(float* x, const float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) x[i] += y[i];
}

}  // namespace ondol
