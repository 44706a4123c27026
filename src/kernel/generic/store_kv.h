// Writes one position's key and value into a page; the layouts are drawn in kernels.h.
//
// f16 is clamped to its largest finite value, so that a page never holds an infinity.  q8_0: per 32 elements
// scale = max|x| / 127 rounded to f16, q = round(x / that scale).
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
  uint8_t* const key_scales = keys + kPageLength * head_dim;
  uint8_t* const value_scales = values + kPageLength * head_dim;
  const int n_groups = head_dim / kGroup;
  for (int group = 0; group < n_groups; ++group) {
    int8_t q[kGroup];
    const uint16_t key_scale = to_q8<V>(key + group * kGroup, q);
    for (int i = 0; i < kGroup; ++i) keys[(group * kGroup + i) * kPageLength + slot] = static_cast<uint8_t>(q[i]);
    __builtin_memcpy(key_scales + 2 * (group * kPageLength + slot), &key_scale, 2);

    const uint16_t value_scale = to_q8<V>(value + group * kGroup, q);
    __builtin_memcpy(values + slot * head_dim + group * kGroup, q, kGroup);
    __builtin_memcpy(value_scales + 2 * (slot * n_groups + group), &value_scale, 2);
  }
}

}  // namespace ondol
