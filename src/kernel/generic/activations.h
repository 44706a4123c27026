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

// The sums of columns 0..15 and 16..31 of a group.
struct HalfSums {
  int32_t low, high;
};
inline HalfSums half_sums(int32_t sum) { return {static_cast<int16_t>(sum), sum >> 16}; }

// max|x| of n values, a multiple of V::kWidth, as the integer of its bits: the bits of positive floats are ordered like
// their values, NaN above all.
template <class V>
inline float largest_magnitude(const float* x, int64_t n) {
  auto largest = V::set_ints(0);
  for (int64_t i = 0; i < n; i += V::kWidth) {
    largest = V::max(largest, V::and_ints(V::as_ints(V::load_floats(x + i)), 0x7fffffff));
  }
  return __builtin_bit_cast(float, V::reduce_max(largest));
}

// q = round(x * inverse) for a group of 32 values; returns their sum as a tile stores it.
template <class V>
inline int32_t quantize_group(const float* x, typename V::Floats inverse, int8_t q[kGroup]) {
  constexpr int kVectors = kGroup / V::kWidth;
  auto low = V::set_ints(0), high = V::set_ints(0);
  for (int i = 0; i < kVectors; ++i) {
    const auto rounded = V::round_to_ints(V::mul(V::load_floats(x + i * V::kWidth), inverse));
    V::store_i8(q + i * V::kWidth, rounded);
    if (i < kVectors / 2) low = V::add(low, rounded);
    else high = V::add(high, rounded);
  }
  const int32_t both = V::reduce_add(V::add(low, V::shift_left(high, 16)));  // high takes a one from a negative low
  const int32_t low_sum = static_cast<int16_t>(both);
  return static_cast<int32_t>((static_cast<uint32_t>(both - low_sum) & 0xffff0000u) |
                              (static_cast<uint32_t>(low_sum) & 0xffffu));
}

// Quantises one token's row; put(group, q, scale, sum) takes each group of 32 columns.  All zero where max|x| is below
// 1e-36, where 127 / max|x| overflows; a value that is not finite makes the scale NaN, so that it shows in the result.
template <class V, class Put>
inline void quantize_row(const float* row, const Q8Activations& out, Put&& put) {
  for (int64_t span = 0; span < out.n_cols; span += out.scale_every) {
    const int64_t left = out.n_cols - span, n_span = left < out.scale_every ? left : out.scale_every;
    const float max = largest_magnitude<V>(row + span, n_span);
    const bool usable = max >= 1e-36f && max <= 3.4028235e38f;
    const float scale = usable ? max / 127.0f : max < 1e-36f ? 0.0f : __builtin_nanf("");
    const auto inverse = V::set_floats(usable ? 127.0f / max : 0);
    for (int64_t column = span; column < span + n_span; column += kGroup) {
      int8_t q[kGroup] = {};
      const int32_t sum = usable ? quantize_group<V>(row + column, inverse, q) : 0;
      put(column / kGroup, q, scale, sum);
    }
  }
}

template <class V>
void quantize(const float* x, const Q8Activations& out, int64_t first_token, int64_t last_token) {
  const int64_t n_groups = out.n_cols / kGroup;
  for (int64_t token = first_token; token < last_token; ++token) {
    const int place = static_cast<int>(token % V::kTileTokens);
    const int64_t tile = token - place;
    const int n = tokens_in_tile<V>(out.n_tokens, tile);
    quantize_row<V>(x + token * out.n_cols, out, [&](int64_t group, const int8_t q[kGroup], float scale, int32_t sum) {
      // spread the group's eight pieces of four columns over the tile
      const int64_t first_of_group = tile * n_groups + group * n;
      int8_t* const pieces = out.q + first_of_group * kGroup + place * 4;
      for (int k = 0; k < kGroup / 4; ++k) __builtin_memcpy(pieces + k * n * 4, q + k * 4, 4);
      out.scale[first_of_group + place] = scale;
      out.sum[first_of_group + place] = sum;
    });
  }
}

}  // namespace ondol
