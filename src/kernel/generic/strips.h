// Cuts rows into strips of V::kTileVectors vectors, what the inner loops of the products work on.
#pragma once

#include "kernel/generic/vector.h"
#include "kernel/kernels.h"

namespace ondol {

// A compile-time number that can be passed as an argument.
template <int n>
struct Count {
  static constexpr int value = n;
};

// Calls body(Count<n>) for an n in 1..V::kTileTokens known only at run time.
template <class V, int n = V::kTileTokens, class Body>
inline void with_count(int count, Body&& body) {
  if constexpr (n > 1) {
    if (count < n) return with_count<V, n - 1>(count, static_cast<Body&&>(body));
  }
  body(Count<n>{});
}

// Calls body(row, n_rows) strip by strip; n_rows of the strip's rows exist.
template <class V, class Body>
inline void for_strips(Rows rows, Body&& body) {
  constexpr int kStripRows = V::kTileVectors * V::kWidth;
  for (int64_t row = rows.begin; row < rows.end; row += kStripRows) {
    const int64_t left = rows.end - row;
    body(row, static_cast<int>(left < kStripRows ? left : kStripRows));
  }
}

// Tokens of the tile that begins at `first_token`.
template <class V>
inline int tokens_in_tile(int64_t n_tokens, int64_t first_token) {
  const int64_t left = n_tokens - first_token;
  return static_cast<int>(left < V::kTileTokens ? left : V::kTileTokens);
}

// How many of vector v's rows exist when the strip has n_rows.
template <class V>
inline int rows_left(int n_rows, int v) {
  const int left = n_rows - v * V::kWidth;
  return left < 0 ? 0 : left > V::kWidth ? V::kWidth : left;
}

// The sums of one tile of tokens with one strip.
template <class V>
struct TileSums {
  typename V::Floats sum[V::kTileTokens][V::kTileVectors];
};

// Tiles whose sums are kept while a chunk of columns meets them, small enough to leave the first-level cache to others.
inline constexpr int kBlockTiles = 16;

// Calls body(first, last) block by block of kBlockTiles tiles of tokens.
template <class V, class Body>
inline void for_token_blocks(int64_t n_tokens, Body&& body) {
  constexpr int kBlockTokens = kBlockTiles * V::kTileTokens;
  for (int64_t first = 0; first < n_tokens; first += kBlockTokens) {
    body(first, n_tokens - first < kBlockTokens ? n_tokens : first + kBlockTokens);
  }
}

// Asks for the lines of y that n_tokens tokens' sums will be written to; else they would be fetched one by one then.
template <class V>
inline void expect_sums(float* y, int64_t y_stride, int64_t n_tokens) {
  for (int64_t t = 0; t < n_tokens; ++t) {
    for (int v = 0; v < V::kTileVectors; ++v) __builtin_prefetch(y + t * y_stride + v * V::kWidth, 1);
  }
}

// Writes the sums of a block of tokens to y [n_tokens, rows of the strip], of which n_rows exist.
template <class V>
inline void store_sums(const TileSums<V>* sums, int64_t n_tokens, float* y, int64_t y_stride, int n_rows) {
  for (int64_t t = 0; t < n_tokens; ++t) {
    const auto& sum = sums[t / V::kTileTokens].sum[t % V::kTileTokens];
    for (int v = 0; v < V::kTileVectors; ++v) {
      V::store_some(y + t * y_stride + v * V::kWidth, sum[v], rows_left<V>(n_rows, v));
    }
  }
}

// Where vector v of the strip at `row` reads: the panel's bytes, and the vector's first row in it.  A vector without
// rows reads what the first one does, because behind the last panel there is nothing.
struct PanelRows {
  const uint8_t* panel;
  int first_row;
};
template <class V, class Type>
inline PanelRows panel_rows(const WeightView& w, int64_t row, int n_rows, int v) {
  constexpr int64_t kBlockBytes = kPanelRows * sizeof(typename Type::Block);
  const int64_t panel_bytes = w.n_cols / Type::kBlockWeights * kBlockBytes;
  if (rows_left<V>(n_rows, v) > 0) row += v * V::kWidth;
  return {w.data + row / kPanelRows * panel_bytes, static_cast<int>(row % kPanelRows)};
}

}  // namespace ondol
