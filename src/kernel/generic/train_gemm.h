// The f32 product of training: strips of both operands, packed, multiplied in registers.
//
//   c[i, j] = fma(a[i, k], b[k, j], c[i, j]) for k in order, from zero or from what c holds
//
// So an element is the same bits in every table, and however k is cut into calls that accumulate.  A packed strip
// holds, for each k in order, its lines side by side: kGemmRows rows of A, or kGemmVectors vectors of columns of B.
// Source of the scheme: Van Zee and van de Geijn 2015 (BLIS), section 5.
#pragma once

#include "kernel/generic/strips.h"
#include "kernel/training.h"

namespace ondol {

template <class V>
inline constexpr int kStripColumns = V::kGemmVectors* V::kWidth;

// The part of an operand that becomes a strip: line l at depth k is data[l * line_stride + k * depth_stride].
struct StripSource {
  const float* data;
  int64_t line_stride, depth_stride;
  int64_t n_lines;  // that exist; the others are zeros
};
template <class V>
inline StripSource strip_of_rows(const StridedMatrix& a, int64_t first, int64_t n, int64_t k0) {
  return {a.data + first * a.row_stride + k0 * a.column_stride, a.row_stride, a.column_stride, n};
}
template <class V>
inline StripSource strip_of_columns(const StridedMatrix& b, int64_t first, int64_t n, int64_t k0) {
  return {b.data + k0 * b.row_stride + first * b.column_stride, b.column_stride, b.row_stride, n};
}

// How many of vector v's lines there are, of n.
template <class V>
inline int lines_left(int64_t n, int v) {
  const int64_t left = n - v * V::kWidth;
  return static_cast<int>(left < 0 ? 0 : left > V::kWidth ? V::kWidth : left);
}

// Lines [v * kWidth, ...) of a strip at depths [k, k + kWidth), one vector per depth; `depth` of them exist.
template <class V>
inline void load_lines(const StripSource& in, int v, int64_t k, int depth, typename V::Floats (&x)[V::kWidth]) {
  const float* at = in.data + v * V::kWidth * in.line_stride + k * in.depth_stride;
  const int n = lines_left<V>(in.n_lines, v);
  if (in.line_stride == 1) {
    for (int i = 0; i < V::kWidth; ++i) {
      x[i] = i < depth ? V::load_some(at + i * in.depth_stride, n) : V::set_floats(0);
    }
    return;
  }
  for (int i = 0; i < V::kWidth; ++i) {
    x[i] = i < n ? V::load_some(at + i * in.line_stride, depth) : V::set_floats(0);
  }
  V::transpose(x);
}

template <class V, int kLines>
void pack_strip(const StripSource& in, int64_t k, float* out) {
  constexpr int kVectors = (kLines + V::kWidth - 1) / V::kWidth;
  for (int64_t at = 0; at < k; at += V::kWidth) {
    const int depth = static_cast<int>(k - at < V::kWidth ? k - at : V::kWidth);
    for (int v = 0; v < kVectors; ++v) {
      typename V::Floats x[V::kWidth];
      load_lines<V>(in, v, at, depth, x);
      float* const to = out + at * kLines + v * V::kWidth;
      for (int i = 0; i < V::kWidth; ++i) {
        if (i < depth) V::store_some(to + i * kLines, x[i], lines_left<V>(kLines, v));
      }
    }
  }
}

template <class V>
void pack_rows_f32(const StridedMatrix& a, int64_t first, int64_t n, int64_t k0, int64_t k, uint8_t* out) {
  pack_strip<V, V::kGemmRows>(strip_of_rows<V>(a, first, n, k0), k, reinterpret_cast<float*>(out));
}
template <class V>
void pack_columns_f32(const StridedMatrix& b, int64_t first, int64_t n, int64_t k0, int64_t k, uint8_t* out) {
  pack_strip<V, kStripColumns<V>>(strip_of_columns<V>(b, first, n, k0), k, reinterpret_cast<float*>(out));
}

template <class V>
int64_t packed_bytes_f32(int64_t width, int64_t k) {
  return (width * k * int64_t{sizeof(float)} + 63) / 64 * 64;
}

// Where a block of C lies.
struct BlockOfC {
  float* c;
  int64_t stride, n_rows, n_columns;
  bool accumulate;
};

// Sums of kGemmRows rows and kVectors vectors, begun from zero or from C, moved by body(sum), and written.
template <class V, int kVectors, class Body>
inline void with_sums(const BlockOfC& c, Body&& body) {
  typename V::Floats sum[V::kGemmRows][kVectors];
#pragma GCC unroll 16
  for (int i = 0; i < V::kGemmRows; ++i) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) {
      sum[i][v] = V::set_floats(0);
      if (i < c.n_rows) {
        const float* const at = c.c + i * c.stride + v * V::kWidth;
        if (c.accumulate) sum[i][v] = V::load_some(at, lines_left<V>(c.n_columns, v));
        else __builtin_prefetch(at, 1);
      }
    }
  }
  body(sum);
#pragma GCC unroll 16
  for (int i = 0; i < V::kGemmRows; ++i) {
    if (i >= c.n_rows) break;
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) {
      V::store_some(c.c + i * c.stride + v * V::kWidth, sum[i][v], lines_left<V>(c.n_columns, v));
    }
  }
}

template <class V, int kVectors>
inline void multiply_strips_f32(const float* a, const float* b, int64_t k, const BlockOfC& c) {
  with_sums<V, kVectors>(c, [&](auto& sum) {
    for (int64_t at = 0; at < k; ++at, a += V::kGemmRows, b += kStripColumns<V>) {
      typename V::Floats column[kVectors];
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) column[v] = V::load_floats(b + v * V::kWidth);
#pragma GCC unroll 16
      for (int i = 0; i < V::kGemmRows; ++i) {
        const auto row = V::set_floats(a[i]);
#pragma GCC unroll 8
        for (int v = 0; v < kVectors; ++v) sum[i][v] = V::fma(column[v], row, sum[i][v]);
      }
    }
  });
}

// Calls body(Count<n>) for the vectors that n_columns fill.
template <class V, int n = V::kGemmVectors, class Body>
inline void with_vectors(int64_t n_columns, Body&& body) {
  if constexpr (n > 1) {
    if (n_columns <= (n - 1) * V::kWidth) return with_vectors<V, n - 1>(n_columns, static_cast<Body&&>(body));
  }
  body(Count<n>{});
}

// Calls body(row, n) strip by strip.
template <class V, class Body>
inline void for_row_strips(int64_t n_rows, Body&& body) {
  for (int64_t row = 0; row < n_rows; row += V::kGemmRows) {
    body(row, n_rows - row < V::kGemmRows ? n_rows - row : V::kGemmRows);
  }
}

template <class V>
void multiply_f32(const uint8_t* a, const uint8_t* b, int64_t k, float* c, int64_t c_stride, int64_t n_rows,
                  int64_t n_columns, bool accumulate) {
  const auto* const b_floats = reinterpret_cast<const float*>(b);
  for_row_strips<V>(n_rows, [&](int64_t row, int64_t n) {
    const auto* const a_floats =
        reinterpret_cast<const float*>(a + row / V::kGemmRows * packed_bytes_f32<V>(V::kGemmRows, k));
    with_vectors<V>(n_columns, [&](auto count) {
      multiply_strips_f32<V, count.value>(a_floats, b_floats, k,
                                          {c + row * c_stride, c_stride, n, n_columns, accumulate});
    });
  });
}

}  // namespace ondol
