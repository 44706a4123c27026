// The product of F32, F16 and BF16 weights with f32 activations:
//
//   y[t, r] = fma(w[r, c], x[t, c], y[t, r]) for c in order, from zero
//
// One tile of tokens reads the panels straight.  For more, kKeptColumns columns of a strip at a time become f32 and
// wait in the second-level cache; kChunkColumns of them meet kBlockTiles tiles from the first-level cache.  Partial
// sums wait beside them, and in y between one kKeptColumns and the next.
#pragma once

#include "kernel/generic/strips.h"

namespace ondol {

inline constexpr int kKeptColumns = 2048;
inline constexpr int kChunkColumns = 128;

// V with the tile of the float product: no integer sums take registers from it.
template <class V>
struct FloatTile : V {
  static constexpr int kTileVectors = V::kFloatVectors;
  static constexpr int kTileTokens = V::kFloatTokens;
};

// One column of a strip.
template <class V>
struct FloatColumn {
  typename V::Floats w[V::kTileVectors];
};

// Exact.
template <class V, class Type>
inline void load_column(const PanelRows rows[V::kTileVectors], int64_t column, typename V::Floats w[V::kTileVectors]) {
  constexpr int64_t kBlockBytes = kPanelRows * sizeof(typename Type::Block);
  for (int v = 0; v < V::kTileVectors; ++v) {
    w[v] = Type::template unpack<V>(rows[v].panel + column * kBlockBytes, rows[v].first_row);
  }
}

// Adds n_columns columns, which load(c, w) gives, to the tile's sums; `fresh` starts from zero.  Asks for its own
// activations a line ahead, and at the end for the next tile's at `next`: its part of a chunk is too short for the CPU
// to see the pattern.
template <class V, int kTokens, class LoadColumn>
inline void multiply_columns(LoadColumn&& load, int64_t n_columns, const float* x, int64_t x_stride, bool fresh,
                             TileSums<V>& sums, const float* next) {
  constexpr int kVectors = V::kTileVectors, kLine = 16;
  typename V::Floats sum[kTokens][kVectors];
  for (int t = 0; t < kTokens; ++t) {
    for (int v = 0; v < kVectors; ++v) sum[t][v] = fresh ? V::set_floats(0) : sums.sum[t][v];
  }
  for (int64_t c = 0; c < n_columns; ++c) {
    if (c % kLine == 0) {
      const float* ahead = c + kLine < n_columns ? x + c + kLine : next;
      for (int t = 0; t < kTokens; ++t) __builtin_prefetch(ahead + t * x_stride);
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

// Reads back what store_sums() wrote.
template <class V>
inline void load_sums(const float* y, int64_t y_stride, int64_t n_tokens, int n_rows, TileSums<V>* sums) {
  for (int64_t t = 0; t < n_tokens; ++t) {
    auto& sum = sums[t / V::kTileTokens].sum[t % V::kTileTokens];
    for (int v = 0; v < V::kTileVectors; ++v) {
      sum[v] = V::load_some(y + t * y_stride + v * V::kWidth, rows_left<V>(n_rows, v));
    }
  }
}

// Columns [first_column, first_column + n_columns) of a strip, kept in `kept`, with all tokens; y at the strip's rows.
template <class V>
void multiply_kept(const FloatColumn<V>* kept, int64_t first_column, int64_t n_columns, const ProductInput& x,
                   int64_t x_stride, float* y, int64_t y_stride, int n_rows) {
  TileSums<V> sums[kBlockTiles];
  for_token_blocks<V>(x.n_tokens, [&](int64_t first, int64_t last) {
    if (first_column > 0) load_sums<V>(y + first * y_stride, y_stride, last - first, n_rows, sums);
    for (int64_t at = 0; at < n_columns; at += kChunkColumns) {
      const int64_t n = n_columns - at < kChunkColumns ? n_columns - at : kChunkColumns;
      const bool fresh = first_column + at == 0;
      const auto load = [&](int64_t c, typename V::Floats* w) {
        for (int v = 0; v < V::kTileVectors; ++v) w[v] = kept[at + c].w[v];
      };
      for (int64_t token = first; token < last; token += V::kTileTokens) {
        const int n_tile = tokens_in_tile<V>(x.n_tokens, token);
        const float* x_tile = x.x + token * x_stride + first_column + at;
        if (fresh) expect_sums<V>(y + token * y_stride, y_stride, n_tile);
        with_count<V>(n_tile, [&](auto count) {
          multiply_columns<V, count.value>(load, n, x_tile, x_stride, fresh, sums[(token - first) / V::kTileTokens],
                                           x_tile + V::kTileTokens * x_stride);
        });
      }
    }
    store_sums<V>(sums, last - first, y + first * y_stride, y_stride, n_rows);
  });
}

template <class V, class Type>
void float_strip(const WeightView& w, const ProductInput& x, float* y, int64_t y_stride, int64_t row, int n_rows,
                 FloatColumn<V>* kept) {
  PanelRows rows[V::kTileVectors];
  for (int v = 0; v < V::kTileVectors; ++v) rows[v] = panel_rows<V, Type>(w, row, n_rows, v);
  if (x.n_tokens <= V::kTileTokens) {
    const auto load = [&](int64_t c, typename V::Floats* w_c) { load_column<V, Type>(rows, c, w_c); };
    TileSums<V> sums;
    with_count<V>(static_cast<int>(x.n_tokens), [&](auto count) {
      multiply_columns<V, count.value>(load, w.n_cols, x.x, w.n_cols, true, sums, x.x);
    });
    return store_sums<V>(&sums, x.n_tokens, y + row, y_stride, n_rows);
  }
  for (int64_t column = 0; column < w.n_cols; column += kKeptColumns) {
    const int64_t n = w.n_cols - column < kKeptColumns ? w.n_cols - column : kKeptColumns;
    for (int64_t c = 0; c < n; ++c) load_column<V, Type>(rows, column + c, kept[c].w);
    multiply_kept<V>(kept, column, n, x, w.n_cols, y + row, y_stride, n_rows);
  }
}

template <class V, class Type>
void float_product(const WeightView& w, const ProductInput& x, float* y, int64_t y_stride, Rows rows,
                   uint8_t* scratch) {
  using Tile = FloatTile<V>;
  auto* const kept = reinterpret_cast<FloatColumn<Tile>*>(scratch);
  for_strips<Tile>(rows,
                   [&](int64_t row, int n_rows) { float_strip<Tile, Type>(w, x, y, y_stride, row, n_rows, kept); });
}

// What float_product() needs for n_cols columns.
template <class V>
constexpr int64_t float_scratch_bytes(int64_t n_cols) {
  return (n_cols < kKeptColumns ? n_cols : kKeptColumns) * int64_t{sizeof(FloatColumn<FloatTile<V>>)};
}

}  // namespace ondol
