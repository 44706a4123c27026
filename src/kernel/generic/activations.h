// Activations as int8, once per sublayer input, in the order the products read them.
//
// Tokens stand in tiles of V::kTileTokens; the last tile of a step holds what is left.  A tile of T tokens whose first
// token is f stores, with G = n_cols / 32 groups:
//   q      at f * n_cols   [n_cols / 4][T][4]   four columns of each token side by side: one operand of dot()
//   scale  at f * G        [G][T]
//   sum    at f * G        [G][T] int32, each two int16: the sum of columns 0..15 (low) and of 16..31 (high)
#pragma once

#include "kernel/generic/strips.h"
#include "kernel/kernels.h"

namespace ondol {

// One tile of Q8Activations, from a column on.
struct ActivationTile {
  const int8_t* q;
  const float* scale;
  const int32_t* sum;
  int n_tokens;
};

// The tile of `first_token`, from group `group` on.
template <class V>
inline ActivationTile activation_tile(const Q8Activations& a, int64_t first_token, int64_t group) {
  const int n = tokens_in_tile<V>(a.n_tokens, first_token);
  const int64_t at = first_token * (a.n_cols / kGroup) + group * n;
  return {a.q + at * kGroup, a.scale + at, a.sum + at, n};
}

// 32 values: scale = max|x| / 127, q = round(x / scale).  All zero below 1e-36, where 127 / max|x| overflows; a value
// that is not finite makes the scale NaN, so that it shows in the result.
struct QuantizedGroup {
  int8_t q[kGroup];
  float scale;
  int32_t low_sum, high_sum;  // of columns 0..15 and 16..31
};

template <class V>
inline void quantize_group(const float* x, QuantizedGroup& out) {
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
    out = {{}, max < 1e-36f ? 0.0f : __builtin_nanf(""), 0, 0};
    return;
  }
  const auto inverse = V::set_floats(127.0f / max);
  auto low = V::set_ints(0), high = V::set_ints(0);
  for (int i = 0; i < kVectors; ++i) {
    const auto q = V::round_to_ints(V::mul(v[i], inverse));
    V::store_i8(out.q + i * V::kWidth, q);
    if (i < kVectors / 2) low = V::add(low, q);
    else high = V::add(high, q);
  }
  out.scale = max / 127.0f;
  out.low_sum = V::reduce_add(low);
  out.high_sum = V::reduce_add(high);
}

template <class V>
void quantize(const float* x, const Q8Activations& out, int64_t first_token, int64_t last_token) {
  const int64_t n_groups = out.n_cols / kGroup;
  for (int64_t token = first_token; token < last_token; ++token) {
    const int place = static_cast<int>(token % V::kTileTokens);
    const int64_t tile = token - place;
    const int n = tokens_in_tile<V>(out.n_tokens, tile);
    for (int64_t group = 0; group < n_groups; ++group) {
      QuantizedGroup quantized;
      quantize_group<V>(x + token * out.n_cols + group * kGroup, quantized);

      // spread the group's eight pieces of four columns over the tile
      const int64_t first_of_group = tile * n_groups + group * n;
      int8_t* const pieces = out.q + first_of_group * kGroup + place * 4;
      for (int k = 0; k < kGroup / 4; ++k) __builtin_memcpy(pieces + k * n * 4, quantized.q + k * 4, 4);

      const int64_t at = first_of_group + place;
      out.scale[at] = quantized.scale;
      out.sum[at] = static_cast<int32_t>(static_cast<uint32_t>(quantized.low_sum & 0xffff) |
                                         static_cast<uint32_t>(quantized.high_sum) << 16);
    }
  }
}

}  // namespace ondol
