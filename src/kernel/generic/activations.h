// Activations as int8, once per sublayer input, in the order the products read them.
//
// Tokens stand in tiles of V::kTileTokens; the last tile of a step holds what is left.  A tile of T tokens whose first
// token is f stores, with G = n_cols / 32 groups:
//   q      at f * n_cols   [n_cols / 4][T][4]   four columns of each token side by side: one operand of dot()
//   scale  at f * G        [G][T]
//   sum    at f * G        [G][T] int32, each two int16: the sum of columns 0..15 (low) and of 16..31 (high)
#pragma once

#include "kernel/generic/vector.h"
#include "kernel/kernels.h"

namespace ondol {

// One tile of Q8Activations, from a column on.
struct ActivationTile {
  const int8_t* q;
  const float* scale;
  const int32_t* sum;
  int n_tokens;
};

template <class V>
inline int tokens_in_tile(int64_t n_tokens, int64_t first_token) {
  const int64_t left = n_tokens - first_token;
  return static_cast<int>(left < V::kTileTokens ? left : V::kTileTokens);
}

// The tile of `first_token`, from group `group` on.
template <class V>
inline ActivationTile activation_tile(const Q8Activations& a, int64_t first_token, int64_t group) {
  const int n = tokens_in_tile<V>(a.n_tokens, first_token);
  const int64_t at = first_token * (a.n_cols / kGroup) + group * n;
  return {a.q + at * kGroup, a.scale + at, a.sum + at, n};
}

// 32 values: scale = max|x| / 127, q = round(x / scale).  All zero below 1e-36, where 127 / max|x| overflows; a value
// that is not finite makes the scale NaN, so that it shows in the result.
template <class V>
inline float quantize_group(const float* x, int8_t q[kGroup]) {
  constexpr int kVectors = kGroup / V::kWidth;
  // max|x| as integers: the bits of positive floats are ordered like their values, NaN above all.
  typename V::Floats v[kVectors];
  auto largest = V::set_ints(0);
  for (int i = 0; i < kVectors; ++i) {
    v[i] = V::load_floats(x + i * V::kWidth);
    largest = V::max(largest, V::and_ints(V::as_ints(v[i]), 0x7fffffff));
  }
  const float max = __builtin_bit_cast(float, V::reduce_max(largest));
  if (!(max >= 1e-36f && max <= 3.4028235e38f)) {
    for (int i = 0; i < kGroup; ++i) q[i] = 0;
    return max < 1e-36f ? 0.0f : __builtin_nanf("");
  }
  const auto inverse = V::set_floats(127.0f / max);
  for (int i = 0; i < kVectors; ++i) V::store_i8(q + i * V::kWidth, V::round_to_ints(V::mul(v[i], inverse)));
  return max / 127.0f;
}

template <class V>
void quantize(const float* x, const Q8Activations& out, int64_t first_token, int64_t last_token) {
  const int64_t n_groups = out.n_cols / kGroup;
  for (int64_t token = first_token; token < last_token; ++token) {
    const int place = static_cast<int>(token % V::kTileTokens);
    const int64_t tile = token - place;
    const int n = tokens_in_tile<V>(out.n_tokens, tile);
    for (int64_t group = 0; group < n_groups; ++group) {
      int8_t q[kGroup];
      const int64_t at = tile * n_groups + group * n + place;
      out.scale[at] = quantize_group<V>(x + token * out.n_cols + group * kGroup, q);

      // spread the group's eight pieces of four columns over the tile
      int8_t* const pieces = out.q + (tile * n_groups + group * n) * kGroup + place * 4;
      for (int k = 0; k < kGroup / 4; ++k) __builtin_memcpy(pieces + k * n * 4, q + k * 4, 4);

      int low = 0, high = 0;
      for (int i = 0; i < 16; ++i) low += q[i];
      for (int i = 16; i < 32; ++i) high += q[i];
      out.sum[at] = static_cast<int32_t>(static_cast<uint32_t>(low & 0xffff) | static_cast<uint32_t>(high) << 16);
    }
  }
}

}  // namespace ondol
