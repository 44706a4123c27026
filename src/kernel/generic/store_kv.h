// Writes one position's key and value into a page; the layouts are drawn in kernels.h.
//
// f16 is clamped to its largest finite value, so that a page never holds an infinity.  q8_0: per 32 elements
// scale = max|x| / 127 rounded to f16, q = round(x / that scale).  q4_0: per 32 elements, m the largest of them in
// magnitude, code = that whose value kKvCodes[code] is nearest to -127 x / m; scale = sum x c / sum c^2 with these
// values c, rounded to f16: the scale that loses least for these codes.
#pragma once

#include "kernel/generic/activations.h"

namespace ondol {

inline constexpr float kLargestHalf = 65504.0f;

// f16 of n <= V::kWidth floats.
template <class V>
inline void to_halves(const float* x, int n, uint16_t halves[V::kWidth]) {
  // max and min take their second operand when one is NaN, so x stands second
  const auto clamped = V::max(V::set_floats(-kLargestHalf), V::min(V::set_floats(kLargestHalf), V::load_some(x, n)));
  V::store_halves(halves, clamped);
}

// 32 elements as q8_0; returns the scale.
template <class V>
inline uint16_t to_q8(const float* x, int8_t q[kGroup]) {
  float max = 0;
  for (int i = 0; i < kGroup; ++i) {
    const float magnitude = __builtin_fabsf(x[i]);
    if (!(magnitude <= max)) max = magnitude;
  }
  uint16_t halves[V::kWidth];
  float scale[V::kWidth];
  const float wanted = max / 127.0f;
  to_halves<V>(&wanted, 1, halves);
  V::store_floats(scale, V::load_halves(reinterpret_cast<const uint8_t*>(halves)));
  const float inverse = scale[0] > 0 ? 1.0f / scale[0] : 0.0f;
  for (int i = 0; i < kGroup; i += V::kWidth) {
    const auto scaled = V::mul(V::load_floats(x + i), V::set_floats(inverse));
    const auto clamped = V::max(V::set_floats(-127), V::min(V::set_floats(127), scaled));
    V::store_i8(q + i, V::round_to_ints(clamped));
  }
  return halves[0];
}

constexpr float kKvValues[16] = {kKvCodes[0],  kKvCodes[1],  kKvCodes[2],  kKvCodes[3], kKvCodes[4],  kKvCodes[5],
                                 kKvCodes[6],  kKvCodes[7],  kKvCodes[8],  kKvCodes[9], kKvCodes[10], kKvCodes[11],
                                 kKvCodes[12], kKvCodes[13], kKvCodes[14], kKvCodes[15]};

// n <= 32 elements as q4_0; returns the scale.
template <class V>
inline uint16_t to_q4(const float* x, int n, int8_t codes[kGroup]) {
  constexpr int kVectors = kGroup / V::kWidth;
  alignas(64) float padded[kGroup] = {}, value[kGroup];
  float largest = 0;
  for (int i = 0; i < n; ++i) {
    padded[i] = x[i];
    if (!(__builtin_fabsf(x[i]) <= __builtin_fabsf(largest))) largest = x[i];
  }
  for (int i = 0; i < kGroup; ++i) codes[i] = 0;
  if (largest == 0) return 0;
  const auto inverse = V::set_floats(-127.0f / largest), one = V::set_floats(1);
  for (int v = 0; v < kVectors; ++v) {
    const auto scaled = V::mul(V::load_floats(padded + v * V::kWidth), inverse);
    auto code = V::set_floats(0);
    for (int k = 0; k < 15; ++k) {
      const auto middle = V::set_floats((kKvValues[k] + kKvValues[k + 1]) / 2);
      code = V::add(code, V::zero_below(scaled, middle, one));
    }
    const auto rounded = V::round_to_ints(code);
    V::store_i8(codes + v * V::kWidth, rounded);
    V::store_floats(value + v * V::kWidth, V::lookup_floats(kKvValues, rounded));
  }
  for (int i = n; i < kGroup; ++i) value[i] = 0;
  typename V::Floats products[kVectors], squares[kVectors];
  for (int v = 0; v < kVectors; ++v) {
    const auto c = V::load_floats(value + v * V::kWidth);
    products[v] = V::mul(V::load_floats(padded + v * V::kWidth), c);
    squares[v] = V::mul(c, c);
  }
  const float scale = fold_sum<V>(products) / fold_sum<V>(squares);
  uint16_t halves[V::kWidth];
  to_halves<V>(&scale, 1, halves);
  return halves[0];
}

// The q4_0 of one position; the layouts are those of kernels.h.
template <class V>
inline void store_q4(const float* key, const float* value, int head_dim, int slot, uint8_t* keys, uint8_t* values) {
  uint8_t* const key_scales = keys + kPageLength * head_dim / 2;
  uint8_t* const value_scales = values + kPageLength * head_dim / 2;
  const int n_groups = (head_dim + kGroup - 1) / kGroup;
  for (int first = 0, group = 0; first < head_dim; first += kGroup, ++group) {
    const int n = head_dim - first < kGroup ? head_dim - first : kGroup;
    int8_t codes[kGroup];
    const uint16_t key_scale = to_q4<V>(key + first, n, codes);
    for (int i = 0; i < n; i += 2) {
      keys[(first + i) / 2 * kPageLength + slot] = static_cast<uint8_t>(codes[i] | codes[i + 1] << 4);
    }
    __builtin_memcpy(key_scales + 2 * (group * kPageLength + slot), &key_scale, 2);

    const uint16_t value_scale = to_q4<V>(value + first, n, codes);
    for (int i = 0; i < n; i += 2) {
      values[(slot * head_dim + first + i) / 2] = static_cast<uint8_t>(codes[i] | codes[i + 1] << 4);
    }
    __builtin_memcpy(value_scales + 2 * (slot * n_groups + group), &value_scale, 2);
  }
}

template <class V>
void store_kv(KvType type, const float* key, const float* value, int head_dim, int slot, uint8_t* keys,
              uint8_t* values) {
  if (type == KvType::kF32) {
    for (int d = 0; d < head_dim; ++d) __builtin_memcpy(keys + 4 * (d * kPageLength + slot), key + d, 4);
    __builtin_memcpy(values + 4 * slot * head_dim, value, 4 * static_cast<size_t>(head_dim));
    return;
  }
  if (type == KvType::kF16) {
    for (int d = 0; d < head_dim; d += V::kWidth) {
      const int n = head_dim - d < V::kWidth ? head_dim - d : V::kWidth;
      uint16_t halves[V::kWidth];
      to_halves<V>(key + d, n, halves);
      for (int i = 0; i < n; ++i) __builtin_memcpy(keys + 2 * ((d + i) * kPageLength + slot), halves + i, 2);
      to_halves<V>(value + d, n, halves);
      __builtin_memcpy(values + 2 * (slot * head_dim + d), halves, 2 * static_cast<size_t>(n));
    }
    return;
  }
  if (type == KvType::kQ4_0) return store_q4<V>(key, value, head_dim, slot, keys, values);
  uint8_t* const key_scales = keys + kPageLength * head_dim;
  uint8_t* const value_scales = values + kPageLength * head_dim;
  const int n_groups = (head_dim + kGroup - 1) / kGroup;
  for (int group = 0; group < n_groups; ++group) {
    const int first = group * kGroup, n = head_dim - first < kGroup ? head_dim - first : kGroup;
    float x[kGroup] = {};
    int8_t q[kGroup];
    __builtin_memcpy(x, key + first, 4 * static_cast<size_t>(n));
    const uint16_t key_scale = to_q8<V>(x, q);
    for (int i = 0; i < n; ++i) keys[(first + i) * kPageLength + slot] = static_cast<uint8_t>(q[i]);
    __builtin_memcpy(key_scales + 2 * (group * kPageLength + slot), &key_scale, 2);

    __builtin_memcpy(x, value + first, 4 * static_cast<size_t>(n));
    const uint16_t value_scale = to_q8<V>(x, q);
    __builtin_memcpy(values + slot * head_dim + first, q, static_cast<size_t>(n));
    __builtin_memcpy(value_scales + 2 * (slot * n_groups + group), &value_scale, 2);
  }
}

}  // namespace ondol
