// The bf16 product of training: elements of both operands rounded to bf16 while they are packed (nearest even; a
// subnormal becomes zero, NaN stays NaN), products summed in f32:
//
//   c[i, j] = fma(bf16(a[i, k]), bf16(b[k, j]), c[i, j]) for k in order, from zero or from what c holds
//
// That is the scalar table, the definition.  CPUs with instructions for it add the two products of a pair of k, or a
// whole tile's, in an order and with roundings of their own; whichever they take, k terms of f32 sums leave it within
// 2 k 2^-24 of the sum of magnitudes.
//
// A packed strip holds pairs of k in order, for each its lines side by side, a line's two elements in one word: the
// even k in the low half.  An odd k is filled up with zero.
#pragma once

#include "kernel/generic/train_gemm.h"

namespace ondol {

// V rounds to bf16:  narrow_bf16(x, y) gives the 2 kWidth elements of x and y in order, two a lane;
// pair_bf16(x, y) those of x in the low halves of the lanes and those of y in the high ones.
template <class V>
concept RoundsToBf16 = requires(typename V::Floats x) {
  { V::narrow_bf16(x, x) } -> internal::Is<typename V::Ints>;
  { V::pair_bf16(x, x) } -> internal::Is<typename V::Ints>;
};

// The words of kWidth lines and kWidth pairs from depth k on, as floats; `depth` elements exist.  One vector per line
// where a line's elements are neighbours, else one per pair.  In the former case it asks for the lines of the next
// strip (strips of n_strip_lines): short pieces of many lines are no pattern that the CPU sees by itself.
template <class V>
inline void load_words(const StripSource& in, int v, int64_t k, int64_t depth, int64_t n_strip_lines,
                       typename V::Floats (&x)[V::kWidth]) {
  const float* const at = in.data + v * V::kWidth * in.line_stride + k * in.depth_stride;
  const int n = lines_left<V>(in.n_lines, v);
  for (int i = 0; i < V::kWidth; ++i) {
    typename V::Ints words;
    if (in.line_stride == 1) {
      const float* const pair = at + 2 * i * in.depth_stride;
      const auto zero = V::set_floats(0);
      words = V::pair_bf16(2 * i < depth ? V::load_some(pair, n) : zero,
                           2 * i + 1 < depth ? V::load_some(pair + in.depth_stride, n) : zero);
    } else {
      const int there = i < n;
      const float* const line = at + i * in.line_stride;
      __builtin_prefetch(line + n_strip_lines * in.line_stride);
      __builtin_prefetch(line + n_strip_lines * in.line_stride + V::kWidth);
      words = V::narrow_bf16(V::load_some(line, there * lines_left<V>(depth, 0)),
                             V::load_some(line + V::kWidth, there * lines_left<V>(depth, 1)));
    }
    x[i] = V::as_floats(words);
  }
}

template <class V, int kLines>
void pack_pairs(const StripSource& in, int64_t k, int64_t packed_k, float* out) {
  constexpr int kVectors = (kLines + V::kWidth - 1) / V::kWidth;
  for (int64_t at = 0; at < packed_k; at += 2 * V::kWidth) {
    const int64_t left = (packed_k - at) / 2;
    for (int v = 0; v < kVectors; ++v) {
      typename V::Floats x[V::kWidth];
      load_words<V>(in, v, at, k - at, kLines, x);
      if (in.line_stride != 1) V::transpose(x);
      float* const to = out + at / 2 * kLines + v * V::kWidth;
      for (int i = 0; i < V::kWidth; ++i) {
        if (i < left) V::store_some(to + i * kLines, x[i], lines_left<V>(kLines, v));
      }
    }
  }
}

template <class V>
constexpr int64_t even(int64_t k) {
  return k + k % 2;
}

template <class V>
void pack_rows_bf16(const StridedMatrix& a, int64_t first, int64_t n, int64_t k0, int64_t k, uint8_t* out) {
  pack_pairs<V, V::kGemmRows>(strip_of_rows<V>(a, first, n, k0), k, even<V>(k), reinterpret_cast<float*>(out));
}
template <class V>
void pack_columns_bf16(const StridedMatrix& b, int64_t first, int64_t n, int64_t k0, int64_t k, uint8_t* out) {
  pack_pairs<V, kStripColumns<V>>(strip_of_columns<V>(b, first, n, k0), k, even<V>(k), reinterpret_cast<float*>(out));
}

template <class V>
int64_t packed_bytes_bf16(int64_t width, int64_t k) {
  return (width * even<V>(k) * 2 + 63) / 64 * 64;
}

template <class V>
inline typename V::Floats dot_words(typename V::Floats acc, typename V::Ints x, typename V::Ints y) {
  if constexpr (requires { V::dot_bf16(acc, x, y); }) {
    return V::dot_bf16(acc, x, y);
  } else {
    const auto high = [](typename V::Ints w) { return V::as_floats(V::and_ints(w, static_cast<int32_t>(0xffff0000))); };
    const auto low = [](typename V::Ints w) { return V::as_floats(V::shift_left(w, 16)); };
    return V::fma(high(x), high(y), V::fma(low(x), low(y), acc));
  }
}

template <class V, int kVectors>
inline void multiply_strips_bf16(const int32_t* a, const int32_t* b, int64_t n_pairs, const BlockOfC& c) {
  with_sums<V, kVectors>(c, [&](auto& sum) {
    for (int64_t at = 0; at < n_pairs; ++at, a += V::kGemmRows, b += kStripColumns<V>) {
      typename V::Ints column[kVectors];
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) column[v] = V::load_ints(b + v * V::kWidth);
#pragma GCC unroll 16
      for (int i = 0; i < V::kGemmRows; ++i) {
        const auto row = V::set_ints(a[i]);
#pragma GCC unroll 8
        for (int v = 0; v < kVectors; ++v) sum[i][v] = dot_words<V>(sum[i][v], column[v], row);
      }
    }
  });
}

template <class V>
void multiply_bf16(const uint8_t* a, const uint8_t* b, int64_t k, float* c, int64_t c_stride, int64_t n_rows,
                   int64_t n_columns, bool accumulate) {
  const auto* const b_words = reinterpret_cast<const int32_t*>(b);
  for_row_strips<V>(n_rows, [&](int64_t row, int64_t n) {
    const auto* const a_words =
        reinterpret_cast<const int32_t*>(a + row / V::kGemmRows * packed_bytes_bf16<V>(V::kGemmRows, k));
    with_vectors<V>(n_columns, [&](auto count) {
      multiply_strips_bf16<V, count.value>(a_words, b_words, even<V>(k) / 2,
                                           {c + row * c_stride, c_stride, n, n_columns, accumulate});
    });
  });
}

}  // namespace ondol
