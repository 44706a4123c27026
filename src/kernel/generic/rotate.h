// Turns a head so that none of its numbers stands out, for the types of few bits in a KV cache.
//
// head_dim = B m, B a power of two and m odd.  Element j B + i becomes
//   y = sum over b of H[i, b] x[j B + b] / sqrt(B),   H[i, b] = +1 or -1: the sign of (-1)^(bits set in i & b)
//   z = y - 2 / m * sum over all j of y,              where m > 1
// Both steps are orthogonal, symmetric and independent of each other, so the whole is its own inverse, and products of
// two turned heads are those of the heads.  A number that stands out is spread over all: by 1 / sqrt(B) within its
// block, and over the blocks by the second step, which a head size that is no power of two needs.
// Source: Ashkboos et al. 2024 (QuaRot), section 4 (Hadamard); Householder 1958 (the reflection).
#pragma once

#include "kernel/generic/activations.h"

namespace ondol {

// (a, b) becomes (a + b, a - b), for `n` neighbours.
template <class V>
inline void butterfly(float* a, float* b, int n) {
  int i = 0;
  for (; i + V::kWidth <= n; i += V::kWidth) {
    const auto x = V::load_floats(a + i), y = V::load_floats(b + i);
    V::store_floats(a + i, V::add(x, y));
    V::store_floats(b + i, V::sub(x, y));
  }
  for (; i < n; ++i) {
    const float x = a[i], y = b[i];
    a[i] = x + y;
    b[i] = x - y;
  }
}

template <class V>
void rotate(float* x, int64_t n_heads, int head_dim) {
  const int block = head_dim & -head_dim, n_blocks = head_dim / block;
  const float scale = 1.0f / __builtin_sqrtf(static_cast<float>(block));
  const float share = 2.0f / static_cast<float>(n_blocks);
  for (int64_t head = 0; head < n_heads; ++head, x += head_dim) {
    for (int n = 1; n < block; n *= 2) {
      for (int i = 0; i < head_dim; i += 2 * n) butterfly<V>(x + i, x + i + n, n);
    }
    for (int i = 0; i < head_dim; ++i) x[i] *= scale;
    for (int i = 0; n_blocks > 1 && i < block; ++i) {
      float sum = 0;
      for (int j = i; j < head_dim; j += block) sum += x[j];
      for (int j = i; j < head_dim; j += block) x[j] -= share * sum;
    }
  }
}

}  // namespace ondol
