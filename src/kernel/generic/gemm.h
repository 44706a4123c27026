// The int8 product for many tokens: a strip of rows is unpacked once, then multiplied with every tile of tokens.
//
// A strip is V::kTileVectors vectors of rows; its columns are taken kChunkGroups groups at a time, so that the unpacked
// chunk stays in the first-level cache.  Partial sums wait in y between chunks; the order of additions over the columns
// is that of generic/int8_tile.h.
#pragma once

#include "kernel/generic/int8_tile.h"

namespace ondol {

inline constexpr int kChunkGroups = 16;

// One chunk of one strip, unpacked.
template <class V, class Type>
struct Int8Strip {
  static constexpr int kVectors = V::kTileVectors;
  static constexpr int kHalves = Int8Steps<V, Type>::kHalves;
  typename V::Bytes q[kChunkGroups][8][kVectors];
  typename V::Floats scale[kChunkGroups][kHalves][kVectors];
  typename V::Floats minimum[kChunkGroups][kHalves][kVectors];

  // Groups [group, group + n_groups) of the strip of n_rows rows at `row`.
  void unpack(const WeightView& w, int64_t row, int n_rows, int64_t group, int n_groups) {
    for (int v = 0; v < kVectors; ++v) {
      const PanelRows rows = panel_rows<V, Type>(w, row, n_rows, v);
      for (int g = 0; g < n_groups; ++g) {
        typename V::Bytes bytes[8];
        typename V::Floats scales[kHalves], minima[kHalves];
        unpack_group<V, Type>(rows.panel, group + g, rows.first_row, bytes, scales, minima);
        for (int k = 0; k < 8; ++k) q[g][k][v] = bytes[k];
        for (int h = 0; h < kHalves; ++h) {
          scale[g][h][v] = scales[h];
          if constexpr (Type::kHasMinimum) minimum[g][h][v] = minima[h];
        }
      }
    }
  }
};

// Adds one chunk to y [kTokens, rows of the strip]; `fresh` starts from zero instead of from y.  `n_rows` of the
// strip's rows exist.
template <class V, class Type, int kTokens>
void multiply_tile(const Int8Strip<V, Type>& w, int n_groups, const ActivationTile& a, bool fresh, float* y,
                   int64_t y_stride, int n_rows) {
  using Steps = Int8Steps<V, Type>;
  constexpr int kVectors = V::kTileVectors;
  Starts<V, Type, kTokens, kChunkGroups> starts;
  starts.fill(a, n_groups);
  const bool whole = n_rows == kVectors * V::kWidth;

  typename V::Floats sum[kTokens][kVectors];
  for (int t = 0; t < kTokens; ++t) {
    for (int v = 0; v < kVectors; ++v) {
      const float* at = y + t * y_stride + v * V::kWidth;
      sum[t][v] = fresh ? V::set_floats(0) : whole ? V::load_floats(at) : V::load_some(at, rows_left<V>(n_rows, v));
    }
  }

  for (int g = 0; g < n_groups; ++g) {
#pragma GCC unroll 2
    for (int h = 0; h < Steps::kHalves; ++h) {
      typename V::Ints acc[kTokens][kVectors];
      for (int t = 0; t < kTokens; ++t) {
        for (int v = 0; v < kVectors; ++v) acc[t][v] = V::set_ints(starts.start[h][g * kTokens + t]);
      }
#pragma GCC unroll 8
      for (int k = h * Steps::kStepsPerHalf; k < (h + 1) * Steps::kStepsPerHalf; ++k) {
        for (int t = 0; t < kTokens; ++t) {
          const auto columns = V::broadcast_bytes(a.q + ((g * 8 + k) * kTokens + t) * 4);
          for (int v = 0; v < kVectors; ++v) acc[t][v] = dot<V, Type>(acc[t][v], w.q[g][k][v], columns);
        }
      }
      for (int t = 0; t < kTokens; ++t) {
        const auto a_scale = V::set_floats(a.scale[g * kTokens + t]);
        for (int v = 0; v < kVectors; ++v) {
          sum[t][v] = V::fma(V::to_floats(acc[t][v]), V::mul(w.scale[g][h][v], a_scale), sum[t][v]);
          if constexpr (Type::kHasMinimum) {
            const auto a_sum = V::set_floats(starts.weighted_sum[h][g * kTokens + t]);
            sum[t][v] = V::fnma(w.minimum[g][h][v], a_sum, sum[t][v]);
          }
        }
      }
    }
  }

  for (int t = 0; t < kTokens; ++t) {
    for (int v = 0; v < kVectors; ++v) {
      float* at = y + t * y_stride + v * V::kWidth;
      if (whole) V::store_floats(at, sum[t][v]);
      else V::store_some(at, sum[t][v], rows_left<V>(n_rows, v));
    }
  }
}

// One strip with all tokens.
template <class V, class Type>
void multiply_strip(const WeightView& w, const Q8Activations& x, float* y, int64_t y_stride, int64_t row, int n_rows,
                    uint8_t* scratch) {
  auto& strip = *reinterpret_cast<Int8Strip<V, Type>*>(scratch);
  const int64_t n_groups = w.n_cols / kGroup;
  for (int64_t group = 0; group < n_groups; group += kChunkGroups) {
    const int n = static_cast<int>(n_groups - group < kChunkGroups ? n_groups - group : kChunkGroups);
    strip.unpack(w, row, n_rows, group, n);
    for (int64_t token = 0; token < x.n_tokens; token += V::kTileTokens) {
      const ActivationTile tile = activation_tile<V>(x, token, group);
      with_count<V>(tile.n_tokens, [&](auto count) {
        multiply_tile<V, Type, count.value>(strip, n, tile, group == 0, y + token * y_stride + row, y_stride, n_rows);
      });
    }
  }
}

template <class V, class Type>
void gemm(const WeightView& w, const Q8Activations& x, float* y, int64_t y_stride, Rows rows, uint8_t* scratch) {
  for_strips<V>(rows,
                [&](int64_t row, int n_rows) { multiply_strip<V, Type>(w, x, y, y_stride, row, n_rows, scratch); });
}

}  // namespace ondol
