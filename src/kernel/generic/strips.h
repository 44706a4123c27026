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

// Calls body(Count<vectors>, row, n_rows) strip by strip; n_rows of the strip's rows exist in the matrix.  Where a
// strip is wider than a panel, an odd last panel is a strip of its own: there is nothing behind it to read.
template <class V, class Body>
inline void for_strips(Rows rows, Body&& body) {
  constexpr int kStripRows = V::kTileVectors * V::kWidth;
  for (int64_t row = rows.begin; row < rows.end;) {
    const int64_t left = rows.end - row;
    if (kStripRows > kPanelRows && left <= kPanelRows) {
      body(Count<(kStripRows > kPanelRows ? kPanelRows / V::kWidth : V::kTileVectors)>{}, row, static_cast<int>(left));
      row += kPanelRows;
    } else {
      body(Count<V::kTileVectors>{}, row, static_cast<int>(left < kStripRows ? left : kStripRows));
      row += kStripRows;
    }
  }
}

// How many of vector v's rows exist when the strip has n_rows.
template <class V>
inline int rows_left(int n_rows, int v) {
  const int left = n_rows - v * V::kWidth;
  return left < 0 ? 0 : left > V::kWidth ? V::kWidth : left;
}

}  // namespace ondol
