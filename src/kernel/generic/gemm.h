// The int8 product for many tokens: a strip of rows is unpacked once, then multiplied with every tile of tokens.
//
// A strip is V::kTileVectors vectors of rows; its unpacked bytes wait in the second-level cache.  kBlockTiles tiles of
// tokens take it kChunkGroups groups at a time from the first-level cache; partial sums wait in `sums`, and the order
// of additions over the columns remains that of generic/int8_tile.h.  Loops over tokens and vectors are unrolled: an
// array of vectors whose index is left to run time lives in memory.
#pragma once

#include "kernel/generic/int8_tile.h"

namespace ondol {

inline constexpr int kChunkGroups = 8;

// One group of 32 columns of a strip, unpacked.
template <class V, class Type>
struct StripGroup {
  static constexpr int kHalves = Int8Steps<V, Type>::kHalves;
  typename V::Bytes q[8][V::kTileVectors];
  typename V::Floats factor[Type::kHasMinimum ? 2 * kHalves : kHalves][V::kTileVectors];  // scales, then minima
};

template <class V, class Type>
void unpack_strip(const WeightView& w, int64_t row, int n_rows, StripGroup<V, Type>* strip) {
  constexpr int kHalves = Int8Steps<V, Type>::kHalves;
  for (int v = 0; v < V::kTileVectors; ++v) {
    const PanelRows rows = panel_rows<V, Type>(w, row, n_rows, v);
    for (int64_t g = 0; g < w.n_cols / kGroup; ++g) {
      typename V::Bytes q[8];
      typename V::Floats scale[kHalves], minimum[kHalves];
      unpack_group<V, Type>(rows.panel, g, rows.first_row, q, scale, minimum);
      for (int k = 0; k < 8; ++k) strip[g].q[k][v] = q[k];
      for (int h = 0; h < kHalves; ++h) {
        strip[g].factor[h][v] = scale[h];
        if constexpr (Type::kHasMinimum) strip[g].factor[kHalves + h][v] = minimum[h];
      }
    }
  }
}

// Adds the products of the k-steps of four columns that share a weight scale to the tile's integer sums.
template <class V, class Type, int kTokens>
inline void multiply_steps(const typename V::Bytes (*weights)[V::kTileVectors], const int8_t* activations,
                           typename V::Ints (&acc)[kTokens][V::kTileVectors]) {
  constexpr int kSteps = Int8Steps<V, Type>::kStepsPerHalf;
  if constexpr (MultipliesSteps<V, kTokens, Type::kMaxByte>) {
    V::template multiply_steps<kTokens, kSteps, Type::kMaxByte>(weights, activations, acc);
  } else {
#pragma GCC unroll 8
    for (int k = 0; k < kSteps; ++k) {
#pragma GCC unroll 8
      for (int t = 0; t < kTokens; ++t) {
        const auto columns = V::broadcast_bytes(activations + (k * kTokens + t) * 4);
#pragma GCC unroll 8
        for (int v = 0; v < V::kTileVectors; ++v) acc[t][v] = dot<V, Type>(acc[t][v], weights[k][v], columns);
      }
    }
  }
}

template <int kTokens, int kVectors, class Floats>
inline void copy_sums(const Floats (*from)[kVectors], Floats (*to)[kVectors]) {
#pragma GCC unroll 8
  for (int t = 0; t < kTokens; ++t) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) to[t][v] = from[t][v];
  }
}

// Adds n_groups groups to the tile's sums; `fresh` starts from zero.  Meanwhile asks for the bytes at `next`, where the
// next tile's activations lie: a tile's part of a chunk is too short for the CPU to see the pattern.
template <class V, class Type, int kTokens>
void multiply_tile(const StripGroup<V, Type>* w, int n_groups, const ActivationTile& a, bool fresh, TileSums<V>& sums,
                   const int8_t* next) {
  using Steps = Int8Steps<V, Type>;
  constexpr int kVectors = V::kTileVectors;
  Starts<V, Type, kTokens, kChunkGroups> starts;
  starts.fill(a, n_groups);
  if (fresh) sums = {};
  // in registers where every group adds to them
  typename V::Floats sum[kTokens][kVectors];
  if constexpr (Steps::kSpanGroups == 1) copy_sums<kTokens, kVectors>(sums.sum, sum);

  for (int span = 0; span < n_groups; span += Steps::kSpanGroups) {
    const int span_end = n_groups - span < Steps::kSpanGroups ? n_groups : span + Steps::kSpanGroups;
    typename V::Floats part[kTokens][kVectors];
#pragma GCC unroll 8
    for (int t = 0; t < kTokens; ++t) {
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) part[t][v] = V::set_floats(0);
    }
    for (int g = span; g < span_end; ++g) {
#pragma GCC unroll 8
      for (int i = 0; i < kTokens * kGroup; i += 64) __builtin_prefetch(next + g * kTokens * kGroup + i);
#pragma GCC unroll 2
      for (int h = 0; h < Steps::kHalves; ++h) {
        typename V::Ints acc[kTokens][kVectors];
#pragma GCC unroll 8
        for (int t = 0; t < kTokens; ++t) {
#pragma GCC unroll 8
          for (int v = 0; v < kVectors; ++v) acc[t][v] = V::set_ints(starts.start[h][g * kTokens + t]);
        }
        const int first_step = h * Steps::kStepsPerHalf;
        multiply_steps<V, Type, kTokens>(w[g].q + first_step, a.q + (g * 8 + first_step) * kTokens * 4, acc);
#pragma GCC unroll 8
        for (int t = 0; t < kTokens; ++t) {
#pragma GCC unroll 8
          for (int v = 0; v < kVectors; ++v) {
            part[t][v] = V::fma(V::to_floats(acc[t][v]), w[g].factor[h][v], part[t][v]);
            if constexpr (Type::kHasMinimum) {
              part[t][v] = V::fnma(w[g].factor[Steps::kHalves + h][v], V::set_floats(starts.a_sum[h][g * kTokens + t]),
                                   part[t][v]);
            }
          }
        }
      }
    }
#pragma GCC unroll 8
    for (int t = 0; t < kTokens; ++t) {
      const auto a_scale = V::set_floats(a.scale[span * kTokens + t]);
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) {
        auto& total = Steps::kSpanGroups == 1 ? sum[t][v] : sums.sum[t][v];
        total = V::fma(part[t][v], a_scale, total);
      }
    }
  }
  if constexpr (Steps::kSpanGroups == 1) copy_sums<kTokens, kVectors>(sum, sums.sum);
}

// One strip with all tokens.
template <class V, class Type>
void multiply_strip(const StripGroup<V, Type>* strip, const Q8Activations& x, float* y, int64_t y_stride, int n_rows) {
  const int64_t n_groups = x.n_cols / kGroup;
  TileSums<V> sums[kBlockTiles];
  for_token_blocks<V>(x.n_tokens, [&](int64_t first, int64_t last) {
    for (int64_t group = 0; group < n_groups; group += kChunkGroups) {
      const int n = static_cast<int>(n_groups - group < kChunkGroups ? n_groups - group : kChunkGroups);
      for (int64_t token = first; token < last; token += V::kTileTokens) {
        const ActivationTile tile = activation_tile<V>(x, token, group);
        const int8_t* next = tile.q + V::kTileTokens * x.n_cols;
        auto& tile_sums = sums[(token - first) / V::kTileTokens];
        if (group == 0) expect_sums<V>(y + token * y_stride, y_stride, tile.n_tokens);
        with_count<V>(tile.n_tokens, [&](auto count) {
          multiply_tile<V, Type, count.value>(strip + group, n, tile, group == 0, tile_sums, next);
        });
      }
    }
    store_sums<V>(sums, last - first, y + first * y_stride, y_stride, n_rows);
  });
}

// kChunkGroups is a multiple of every type's span.
template <class V, class Type>
void gemm(const WeightView& w, const Q8Activations& x, float* y, int64_t y_stride, Rows rows, uint8_t* scratch) {
  auto* const strip = reinterpret_cast<StripGroup<V, Type>*>(scratch);
  for_strips<V>(rows, [&](int64_t row, int n_rows) {
    unpack_strip<V, Type>(w, row, n_rows, strip);
    multiply_strip<V, Type>(strip, x, y + row, y_stride, n_rows);
  });
}

}  // namespace ondol
