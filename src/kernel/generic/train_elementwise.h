// The small steps of training: gradients of norms and activations, softmax's pieces, the optimiser.  Sums run over 64
// interleaved sums as generic/elementwise.h does, so they are the same bits in every table.
#pragma once

#include "kernel/generic/elementwise.h"
#include "kernel/training.h"

namespace ondol {

// As sum_interleaved(), with step(0, i, width) looking at elements [i, i + width) itself.
template <class V, class Step>
inline float sum_places(int64_t n, Step&& step) {
  constexpr int kLanes = 64;
  constexpr int kVectors = kLanes / V::kWidth;
  typename V::Floats sum[kVectors];
  for (int v = 0; v < kVectors; ++v) sum[v] = V::set_floats(0);
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int v = 0; v < kVectors; ++v) sum[v] = step(sum[v], i + v * V::kWidth, V::kWidth);
  }
  for (int v = 0; i < n; ++v, i += V::kWidth) {
    sum[v] = step(sum[v], i, static_cast<int>(n - i < V::kWidth ? n - i : V::kWidth));
  }
  return fold_sum<V>(sum);
}

// load(p) reads kWidth numbers of two bytes.
template <class V, class Load>
inline void widen(const uint8_t* in, float* out, int64_t n, Load&& load) {
  int64_t i = 0;
  for (; i + V::kWidth <= n; i += V::kWidth) V::store_floats(out + i, load(in + 2 * i));
  if constexpr (V::kWidth > 1) {
    uint8_t last[2 * V::kWidth] = {};
    const int left = static_cast<int>(n - i);
    __builtin_memcpy(last, in + 2 * i, 2 * static_cast<unsigned>(left));
    V::store_some(out + i, load(last), left);
  }
}
template <class V>
void f16_to_floats(const uint8_t* in, float* out, int64_t n) {
  widen<V>(in, out, n, [](const uint8_t* p) { return V::load_halves(p); });
}
template <class V>
void bf16_to_floats(const uint8_t* in, float* out, int64_t n) {
  widen<V>(in, out, n, [](const uint8_t* p) { return V::load_bf16(p); });
}

// out += x
template <class V>
inline void add_some(float* out, typename V::Floats x, int width) {
  V::store_some(out, V::add(V::load_some(out, width), x), width);
}

// With r = 1 / sqrt(mean(x^2) + eps) and g = weight dy:  dx = r g - x r^3 mean(g x),  dweight = dy x r
template <class V>
void rms_norm_backward(const float* x, const float* weight, float eps, const float* dy, float* dx, float* dweight,
                       int64_t n) {
  const float r = inverse_rms<V>(x, eps, n);
  const float along = sum_places<V>(n, [&](auto acc, int64_t i, int width) {
    const auto g = V::mul(V::load_some(weight + i, width), V::load_some(dy + i, width));
    return V::fma(g, V::load_some(x + i, width), acc);
  });
  const auto factor = V::set_floats(r), share = V::set_floats(along / static_cast<float>(n) * r * r * r);
  for_vectors<V>(n, [&](int64_t i, int width) {
    const auto x_v = V::load_some(x + i, width), dy_v = V::load_some(dy + i, width);
    const auto g = V::mul(V::load_some(weight + i, width), dy_v);
    add_some<V>(dx + i, V::fnma(x_v, share, V::mul(g, factor)), width);
    if (dweight != nullptr) add_some<V>(dweight + i, V::mul(dy_v, V::mul(x_v, factor)), width);
  });
}

// With h = (x - mean) r, r = 1 / sqrt(variance + eps) and g = weight dy:  dx = r (g - mean(g) - h mean(g h)),
// dweight = dy h, dbias = dy
template <class V>
void layer_norm_backward(const float* x, const float* weight, float eps, const float* dy, float* dx, float* dweight,
                         float* dbias, int64_t n) {
  const auto count = static_cast<float>(n);
  const float mean = sum_interleaved<V>(x, n, [](auto acc, auto x_v) { return V::add(acc, x_v); }) / count;
  const auto mean_v = V::set_floats(mean);
  const float variance = sum_places<V>(n, [&](auto acc, int64_t i, int width) {
    alignas(64) float apart[V::kWidth];
    V::store_floats(apart, V::sub(V::load_some(x + i, width), mean_v));
    const auto apart_v = V::load_some(apart, width);
    return V::fma(apart_v, apart_v, acc);
  });
  const float r = 1.0f / __builtin_sqrtf(variance / count + eps);
  const auto factor = V::set_floats(r);
  const auto gradient = [&](int64_t i, int width) {
    return V::mul(V::load_some(weight + i, width), V::load_some(dy + i, width));
  };
  const float sum = sum_places<V>(n, [&](auto acc, int64_t i, int width) { return V::add(acc, gradient(i, width)); });
  const float along = sum_places<V>(n, [&](auto acc, int64_t i, int width) {
    const auto h = V::mul(V::sub(V::load_some(x + i, width), mean_v), factor);
    return V::fma(gradient(i, width), h, acc);
  });
  const auto sum_share = V::set_floats(sum / count), along_share = V::set_floats(along / count);
  for_vectors<V>(n, [&](int64_t i, int width) {
    const auto h = V::mul(V::sub(V::load_some(x + i, width), mean_v), factor);
    const auto dy_v = V::load_some(dy + i, width);
    const auto across = V::fnma(h, along_share, V::sub(gradient(i, width), sum_share));
    add_some<V>(dx + i, V::mul(across, factor), width);
    if (dweight != nullptr) add_some<V>(dweight + i, V::mul(dy_v, h), width);
    if (dbias != nullptr) add_some<V>(dbias + i, dy_v, width);
  });
}

// An activation x s(u) and its derivative s + x s (1 - s) u', where s(u) = 1 / (1 + exp(-u)): silu has u = x, gelu
// u = 2 sqrt(2 / pi) (x + 0.044715 x^3).
template <class V>
struct ActivationSlope {
  typename V::Floats value, slope;
};
template <class V, Activation kActivation>
inline ActivationSlope<V> activation_slope(typename V::Floats x) {
  const auto one = V::set_floats(1);
  auto u = x, du = one;
  if constexpr (kActivation == Activation::kGeluTanh) {
    constexpr float kTwice = 1.5957691216057308f, kCubic = 0.044715f;
    const auto square = V::mul(x, x);
    u = V::mul(V::set_floats(kTwice), V::fma(V::mul(V::set_floats(kCubic), square), x, x));
    du = V::fma(V::set_floats(3 * kCubic * kTwice), square, V::set_floats(kTwice));
  }
  const auto s = V::div(one, V::add(one, exp<V>(V::sub(V::set_floats(0), u))));
  const auto value = V::mul(x, s);
  return {value, V::fma(V::mul(value, V::sub(one, s)), du, s)};
}

template <class V, Activation kActivation>
void activate_backward_all(const float* x, const float* dy, float* dx, int64_t n) {
  for_vectors<V>(n, [&](int64_t i, int width) {
    const auto slope = activation_slope<V, kActivation>(V::load_some(x + i, width)).slope;
    V::store_some(dx + i, V::mul(V::load_some(dy + i, width), slope), width);
  });
}

template <class V>
void activate_backward(Activation activation, const float* x, const float* dy, float* dx, int64_t n) {
  if (activation == Activation::kSilu) activate_backward_all<V, Activation::kSilu>(x, dy, dx, n);
  else activate_backward_all<V, Activation::kGeluTanh>(x, dy, dx, n);
}

template <class V, Activation kActivation>
void gate_backward_all(const float* gate, const float* up, const float* dy, float* dgate, float* dup, int64_t n) {
  for_vectors<V>(n, [&](int64_t i, int width) {
    const auto g = activation_slope<V, kActivation>(V::load_some(gate + i, width));
    const auto dy_v = V::load_some(dy + i, width);
    V::store_some(dgate + i, V::mul(V::mul(dy_v, V::load_some(up + i, width)), g.slope), width);
    V::store_some(dup + i, V::mul(dy_v, g.value), width);
  });
}

template <class V>
void gate_backward(Activation activation, const float* gate, const float* up, const float* dy, float* dgate, float* dup,
                   int64_t n) {
  if (activation == Activation::kSilu) gate_backward_all<V, Activation::kSilu>(gate, up, dy, dgate, dup, n);
  else gate_backward_all<V, Activation::kGeluTanh>(gate, up, dy, dgate, dup, n);
}

template <class V>
float largest(const float* x, int64_t n) {
  auto most = V::set_floats(-__builtin_inff());
  int64_t i = 0;
  for (; i + V::kWidth <= n; i += V::kWidth) most = V::max(V::load_floats(x + i), most);
  float found = V::reduce_max(most);
  for (; i < n; ++i) found = x[i] > found ? x[i] : found;
  return found;
}

template <class V>
float sum_exp(const float* x, float max, int64_t n) {
  const auto shift = V::set_floats(max);
  constexpr int64_t kLanes = 64;
  const int64_t whole = n / kLanes * kLanes;
  // a last piece of 64, filled with what adds nothing
  alignas(64) float last[kLanes];
  for (int64_t i = 0; i < kLanes; ++i) last[i] = whole + i < n ? x[whole + i] : -__builtin_inff();
  const auto step = [&](auto acc, auto x_v) { return V::add(acc, exp<V>(V::sub(x_v, shift))); };
  return sum_interleaved<V>(x, whole, step) + sum_interleaved<V>(last, kLanes, step);
}

template <class V>
void exp_shifted(const float* x, float shift, float factor, float* y, int64_t n) {
  const auto shift_v = V::set_floats(shift), factor_v = V::set_floats(factor);
  for_vectors<V>(n, [&](int64_t i, int width) {
    V::store_some(y + i, V::mul(exp<V>(V::sub(V::load_some(x + i, width), shift_v)), factor_v), width);
  });
}

// Floats are added in pieces of 1024, pieces in double.
template <class V>
double sum_of_squares(const float* x, int64_t n) {
  constexpr int64_t kPiece = 1024;
  double sum = 0;
  for (int64_t i = 0; i < n; i += kPiece) {
    const int64_t n_piece = n - i < kPiece ? n - i : kPiece;
    sum += double{sum_interleaved<V>(x + i, n_piece, [](auto acc, auto x_v) { return V::fma(x_v, x_v, acc); })};
  }
  return sum;
}

template <class V>
void adamw(const AdamWStep& step, const float* gradient, float* parameter, float* first, float* second, int64_t n) {
  const auto scale = V::set_floats(step.gradient_scale), beta1 = V::set_floats(step.beta1),
             beta2 = V::set_floats(step.beta2), rest1 = V::set_floats(1 - step.beta1),
             rest2 = V::set_floats(1 - step.beta2), eps = V::set_floats(step.eps),
             root2 = V::set_floats(1 / __builtin_sqrtf(step.correction2)),
             rate = V::set_floats(step.learning_rate / step.correction1),
             keep = V::set_floats(1 - step.learning_rate * step.weight_decay);
  for_vectors<V>(n, [&](int64_t i, int width) {
    const auto g = V::mul(V::load_some(gradient + i, width), scale);
    const auto m = V::fma(rest1, g, V::mul(beta1, V::load_some(first + i, width)));
    const auto v = V::fma(V::mul(rest2, g), g, V::mul(beta2, V::load_some(second + i, width)));
    const auto move = V::div(V::mul(rate, m), V::fma(V::sqrt(v), root2, eps));
    V::store_some(first + i, m, width);
    V::store_some(second + i, v, width);
    V::store_some(parameter + i, V::sub(V::mul(V::load_some(parameter + i, width), keep), move), width);
  });
}

}  // namespace ondol
