// The product of F32, F16 and BF16 weights with f32 activations:
//
//   y[t, r] = fma(w[r, c], x[t, c], y[t, r]) for c in order, from zero
//
// One tile of tokens reads the panels straight.  For more, kChunkColumns columns of a strip at a time become f32 in
// scratch and meet kBlockTiles tiles; partial sums wait beside them.
#pragma once

#include "kernel/generic/strips.h"

namespace ondol {

inline constexpr int kChunkColumns = 128;

// One column of a strip, exact.
template <class V, class Type>
inline void load_column(const PanelRows rows[V::kTileVectors], int64_t column, typename V::Floats w[V::kTileVectors]) {
  constexpr int64_t kBlockBytes = kPanelRows * sizeof(typename Type::Block);
  for (int v = 0; v < V::kTileVectors; ++v) {
    w[v] = Type::template unpack<V>(rows[v].panel + column * kBlockBytes, rows[v].first_row);
  }
}

// Adds n_columns columns, which load(c, w) gives, to the tile's sums; `fresh` starts from zero.  Meanwhile asks for
// the next tile's activations at `next`, if given.
template <class V, int kTokens, class LoadColumn>
inline void multiply_columns(LoadColumn&& load, int64_t n_columns, const float* x, int64_t x_stride, bool fresh,
                             TileSums<V>& sums, const float* next) {
  constexpr int kVectors = V::kTileVectors;
  typename V::Floats sum[kTokens][kVectors];
  for (int t = 0; t < kTokens; ++t) {
    for (int v = 0; v < kVectors; ++v) sum[t][v] = fresh ? V::set_floats(0) : sums.sum[t][v];
  }
  for (int64_t c = 0; c < n_columns; ++c) {
    if (next != nullptr && c % 16 == 0) {
      for (int t = 0; t < kTokens; ++t) __builtin_prefetch(next + t * x_stride + c);
    }
    typename V::Floats w[kVectors];
    load(c, w);
    for (int t = 0; t < kTokens; ++t) {
      const auto x_t = V::set_floats(x[t * x_stride + c]);
      for (int v = 0; v < kVectors; ++v) sum[t][v] = V::fma(w[v], x_t, sum[t][v]);
    }
  }
  for (int t = 0; t < kTokens; ++t) {
    for (int v = 0; v < kVectors; ++v) sums.sum[t][v] = sum[t][v];
  }
}

template <class V, class Type>
void float_strip(const WeightView& w, const float* x, int64_t n_tokens, float* y, int64_t y_stride, int64_t row,
                 int n_rows, uint8_t* scratch) {
  using Floats = typename V::Floats;
  constexpr int kVectors = V::kTileVectors;
  PanelRows rows[kVectors];
  for (int v = 0; v < kVectors; ++v) rows[v] = panel_rows<V, Type>(w, row, n_rows, v);
  TileSums<V> sums[kBlockTiles];

  if (n_tokens <= V::kTileTokens) {
    const auto load = [&](int64_t c, Floats column[kVectors]) { load_column<V, Type>(rows, c, column); };
    with_count<V>(static_cast<int>(n_tokens), [&](auto count) {
      multiply_columns<V, count.value>(load, w.n_cols, x, w.n_cols, true, sums[0], nullptr);
    });
    return store_sums<V>(sums, n_tokens, y + row, y_stride, n_rows);
  }

  auto* const chunk = reinterpret_cast<Floats(*)[kVectors]>(scratch);
  const auto load = [&](int64_t c, Floats column[kVectors]) {
    for (int v = 0; v < kVectors; ++v) column[v] = chunk[c][v];
  };
  for_token_blocks<V>(n_tokens, [&](int64_t first, int64_t last) {
    for (int64_t column = 0; column < w.n_cols; column += kChunkColumns) {
      const int64_t n = w.n_cols - column < kChunkColumns ? w.n_cols - column : kChunkColumns;
      for (int64_t c = 0; c < n; ++c) load_column<V, Type>(rows, column + c, chunk[c]);
      for (int64_t token = first; token < last; token += V::kTileTokens) {
        const int n_tile = tokens_in_tile<V>(n_tokens, token);
        auto& tile_sums = sums[(token - first) / V::kTileTokens];
        if (column == 0) expect_sums<V>(y + token * y_stride + row, y_stride, n_tile);
        with_count<V>(n_tile, [&](auto count) {
          multiply_columns<V, count.value>(load, n, x + token * w.n_cols + column, w.n_cols, column == 0, tile_sums,
                                           x + (token + V::kTileTokens) * w.n_cols + column);
        });
      }
    }
    store_sums<V>(sums, last - first, y + first * y_stride + row, y_stride, n_rows);
  });
}

template <class V, class Type>
void float_product(const WeightView& w, const ProductInput& x, float* y, int64_t y_stride, Rows rows,
                   uint8_t* scratch) {
  for_strips<V>(rows, [&](int64_t row, int n_rows) {
    float_strip<V, Type>(w, x.x, x.n_tokens, y, y_stride, row, n_rows, scratch);
  });
}

}  // namespace ondol
