// The small steps of a layer.  Each output element is the same expression whatever V is; loops without V are left to
// the compiler, which may not change their results (-ffp-contract=off).
#pragma once

#include "kernel/generic/exp.h"
#include "kernel/kernels.h"

namespace ondol {

// The sum of step(0, x_v) over all of x in 64 interleaved sums, folded as fold_sum() says; `step` adds its second
// argument's part to the first, and nothing for zeros.
template <class V, class Step>
inline float sum_interleaved(const float* x, int64_t n, Step&& step) {
  constexpr int kLanes = 64;
  constexpr int kVectors = kLanes / V::kWidth;
  typename V::Floats sum[kVectors];
  for (int v = 0; v < kVectors; ++v) sum[v] = V::set_floats(0);
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int v = 0; v < kVectors; ++v) sum[v] = step(sum[v], V::load_floats(x + i + v * V::kWidth));
  }
  for (int v = 0; i < n; ++v, i += V::kWidth) {
    sum[v] = step(sum[v], V::load_some(x + i, static_cast<int>(n - i < V::kWidth ? n - i : V::kWidth)));
  }
  return fold_sum<V>(sum);
}

// 1 / sqrt(mean(x^2) + eps)
template <class V>
inline float inverse_rms(const float* x, float eps, int64_t n) {
  const float sum = sum_interleaved<V>(x, n, [](auto acc, auto x_v) { return V::fma(x_v, x_v, acc); });
  return 1.0f / __builtin_sqrtf(sum / static_cast<float>(n) + eps);
}

template <class V>
void rms_norm(const float* x, const float* weight, float eps, float* y, int64_t n) {
  const float scale = inverse_rms<V>(x, eps, n);
  for (int64_t j = 0; j < n; ++j) y[j] = x[j] * scale * weight[j];
}

template <class V>
void layer_norm(const float* x, const float* weight, const float* bias, float eps, float* y, int64_t n) {
  const float mean =
      sum_interleaved<V>(x, n, [](auto acc, auto x_v) { return V::add(acc, x_v); }) / static_cast<float>(n);
  for (int64_t j = 0; j < n; ++j) y[j] = x[j] - mean;
  const float scale = inverse_rms<V>(y, eps, n);
  for (int64_t j = 0; j < n; ++j) y[j] = y[j] * scale * weight[j];
  if (bias == nullptr) return;
  for (int64_t j = 0; j < n; ++j) y[j] += bias[j];
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

// x / (1 + exp(-slope x))
template <class V>
inline typename V::Floats sigmoid_times(typename V::Floats x, typename V::Floats slope_x) {
  return V::div(x, V::add(V::set_floats(1), exp<V>(V::sub(V::set_floats(0), slope_x))));
}

// x / 2 * (1 + erf(x / sqrt(2))) = max(x, 0) - |x| / 2 * erfc(|x| / sqrt(2)), which cancels nowhere;
// erfc(z) = t (a1 + t (a2 + ... t a5)) exp(-z^2), t = 1 / (1 + p z), at most 1.5e-7 off.
// Source: Abramowitz and Stegun 1964, 7.1.26.
template <class V>
inline typename V::Floats gelu(typename V::Floats x) {
  constexpr float kP = 0.3275911f * 0.70710678f;
  const auto zero = V::set_floats(0);
  const auto size = V::max(x, V::sub(zero, x));
  const auto t = V::div(V::set_floats(1), V::fma(V::set_floats(kP), size, V::set_floats(1)));
  auto p = V::set_floats(1.061405429f);
  p = V::fma(p, t, V::set_floats(-1.453152027f));
  p = V::fma(p, t, V::set_floats(1.421413741f));
  p = V::fma(p, t, V::set_floats(-0.284496736f));
  p = V::fma(p, t, V::set_floats(0.254829592f));
  const auto tail = V::mul(V::mul(p, t), exp<V>(V::mul(V::set_floats(-0.5f), V::mul(x, x))));
  return V::sub(V::max(x, zero), V::mul(V::mul(V::set_floats(0.5f), size), tail));
}

template <class V, Activation kActivation>
inline typename V::Floats activate_vector(typename V::Floats x) {
  if constexpr (kActivation == Activation::kSilu) return sigmoid_times<V>(x, x);
  if constexpr (kActivation == Activation::kGelu) return gelu<V>(x);
  // (1 + tanh(u)) / 2 = 1 / (1 + exp(-2u))
  constexpr float kTwice = 1.5957691216057308f;  // 2 sqrt(2 / pi)
  const auto cubic = V::fma(V::mul(V::set_floats(0.044715f), V::mul(x, x)), x, x);
  return sigmoid_times<V>(x, V::mul(V::set_floats(kTwice), cubic));
}

// Calls body(i, width) for the vectors of [0, n); `width` elements of the last exist.
template <class V, class Body>
inline void for_vectors(int64_t n, Body&& body) {
  for (int64_t i = 0; i < n; i += V::kWidth) body(i, static_cast<int>(n - i < V::kWidth ? n - i : V::kWidth));
}

template <class V, Activation kActivation>
void activate_all(const float* x, float* y, int64_t n) {
  for_vectors<V>(n, [&](int64_t i, int width) {
    V::store_some(y + i, activate_vector<V, kActivation>(V::load_some(x + i, width)), width);
  });
}

template <class V>
void activate(Activation activation, const float* x, float* y, int64_t n) {
  if (activation == Activation::kSilu) activate_all<V, Activation::kSilu>(x, y, n);
  else if (activation == Activation::kGeluTanh) activate_all<V, Activation::kGeluTanh>(x, y, n);
  else activate_all<V, Activation::kGelu>(x, y, n);
}

template <class V, Activation kActivation>
void gate_all(const float* gate, const float* up, float* y, int64_t n) {
  for_vectors<V>(n, [&](int64_t i, int width) {
    const auto g = activate_vector<V, kActivation>(V::load_some(gate + i, width));
    V::store_some(y + i, V::mul(g, V::load_some(up + i, width)), width);
  });
}

template <class V>
void gate(Activation activation, const float* gate, const float* up, float* y, int64_t n) {
  if (activation == Activation::kSilu) gate_all<V, Activation::kSilu>(gate, up, y, n);
  else if (activation == Activation::kGeluTanh) gate_all<V, Activation::kGeluTanh>(gate, up, y, n);
  else gate_all<V, Activation::kGelu>(gate, up, y, n);
}

template <class V>
void clamped_gate(const float* gate, const float* up, float limit, float* y, int64_t n) {
  const auto most = V::set_floats(limit), least = V::set_floats(-limit);
  for_vectors<V>(n, [&](int64_t i, int width) {
    const auto g = V::min(most, V::load_some(gate + i, width));
    const auto u = V::max(least, V::min(most, V::load_some(up + i, width)));
    const auto y_v = V::mul(sigmoid_times<V>(g, V::mul(V::set_floats(1.702f), g)), V::add(u, V::set_floats(1)));
    V::store_some(y + i, y_v, width);
  });
}

template <class V>
void add(float* x, const float* y, float scale, int64_t n) {
  for (int64_t i = 0; i < n; ++i) x[i] += scale * y[i];
}

template <class V>
void scale(float* x, float factor, int64_t n) {
  for (int64_t i = 0; i < n; ++i) x[i] *= factor;
}

// tanh(x) = 1 - 2 / (1 + exp(2x)); at most 1.5e-7 off.
template <class V>
inline typename V::Floats tanh(typename V::Floats x) {
  const auto one = V::set_floats(1);
  return V::sub(one, V::div(V::set_floats(2), V::add(one, exp<V>(V::add(x, x)))));
}

// cap tanh(x / cap)
template <class V>
inline typename V::Floats soft_cap_vector(typename V::Floats x, float cap) {
  return V::mul(V::set_floats(cap), tanh<V>(V::div(x, V::set_floats(cap))));
}

template <class V>
void soft_cap(float* x, float cap, int64_t n) {
  for_vectors<V>(n, [&](int64_t i, int width) {
    V::store_some(x + i, soft_cap_vector<V>(V::load_some(x + i, width), cap), width);
  });
}

}  // namespace ondol
