// The int8 product for few tokens: the weights are read once, in the order they lie, and unpacked in registers.  A
// panel that meets several tiles of tokens is unpacked anew for each, from the cache.
#pragma once

#include "kernel/generic/int8_tile.h"

namespace ondol {

// How far ahead of its use a panel's memory is asked for.  Measured on Zen 4, one thread, share of the read bandwidth:
// Q4_0 256 bytes 88 %, 512 75 %, 1 KiB 82 %, 2 KiB 88 %, 4 KiB 92 %; Q8_0 82, 77, 78, 85, 90 %.
inline constexpr int kAheadBytes = 4096;

// One panel with the tile of kTokens tokens at `token`.  Panels come one after the other, so memory is read in one
// stream: three at a time gave 62 to 70 % there.
template <class V, class Type, int kTokens>
void stream_panel(const WeightView& w, const Q8Activations& x, float* y, int64_t y_stride, int64_t row, int n_rows,
                  int64_t token) {
  using Steps = Int8Steps<V, Type>;
  constexpr int kVectors = kPanelRows / V::kWidth;
  const int64_t n_groups = w.n_cols / kGroup;

  // what a group takes of a panel's bytes
  constexpr int kGroupBytes = kPanelRows * sizeof(typename Type::Block) * kGroup / Type::kBlockWeights;
  PanelRows rows[kVectors];
  for (int v = 0; v < kVectors; ++v) rows[v] = panel_rows<V, Type>(w, row, n_rows, v);

  typename V::Floats sum[kTokens][kVectors];
  for (int t = 0; t < kTokens; ++t) {
    for (int v = 0; v < kVectors; ++v) sum[t][v] = V::set_floats(0);
  }
  for (int64_t span = 0; span < n_groups; span += Steps::kSpanGroups) {
    const int64_t span_end = n_groups - span < Steps::kSpanGroups ? n_groups : span + Steps::kSpanGroups;
    typename V::Floats part[kTokens][kVectors];
    for (int t = 0; t < kTokens; ++t) {
      for (int v = 0; v < kVectors; ++v) part[t][v] = V::set_floats(0);
    }
    for (int64_t group = span; group < span_end; ++group) {
      const ActivationTile a = activation_tile<V>(x, token, group);
      Starts<V, Type, kTokens, 1> starts;
      starts.fill(a, 1);
      for (int v = 0; v < kVectors; ++v) {
        if (rows[v].first_row == 0) {
          const uint8_t* ahead = rows[v].panel + group * kGroupBytes + kAheadBytes;
          for (int i = 0; i < kGroupBytes; i += 64) __builtin_prefetch(ahead + i);
        }
        typename V::Bytes q[8];
        typename V::Floats scale[Steps::kHalves], minimum[Steps::kHalves];
        unpack_group<V, Type>(rows[v].panel, group, rows[v].first_row, q, scale, minimum);
        for (int t = 0; t < kTokens; ++t) {
#pragma GCC unroll 2
          for (int h = 0; h < Steps::kHalves; ++h) {
            auto acc = V::set_ints(starts.start[h][t]);
#pragma GCC unroll 8
            for (int k = h * Steps::kStepsPerHalf; k < (h + 1) * Steps::kStepsPerHalf; ++k) {
              acc = dot<V, Type>(acc, q[k], V::broadcast_bytes(a.q + (k * kTokens + t) * 4));
            }
            part[t][v] = V::fma(V::to_floats(acc), scale[h], part[t][v]);
            if constexpr (Type::kHasMinimum) {
              part[t][v] = V::fnma(minimum[h], V::set_floats(starts.a_sum[h][t]), part[t][v]);
            }
          }
        }
      }
    }
    const float* const a_scale = activation_tile<V>(x, token, span).scale;
    for (int t = 0; t < kTokens; ++t) {
      for (int v = 0; v < kVectors; ++v) sum[t][v] = V::fma(part[t][v], V::set_floats(a_scale[t]), sum[t][v]);
    }
  }
  for (int t = 0; t < kTokens; ++t) {
    for (int v = 0; v < kVectors; ++v) {
      V::store_some(y + (token + t) * y_stride + row + v * V::kWidth, sum[t][v], rows_left<V>(n_rows, v));
    }
  }
}

template <class V, class Type>
void stream(const WeightView& w, const Q8Activations& x, float* y, int64_t y_stride, Rows rows) {
  for (int64_t row = rows.begin; row < rows.end; row += kPanelRows) {
    const int n_rows = static_cast<int>(rows.end - row < kPanelRows ? rows.end - row : kPanelRows);
    for (int64_t token = 0; token < x.n_tokens; token += V::kTileTokens) {
      with_count<V>(tokens_in_tile<V>(x.n_tokens, token), [&](auto n_tokens) {
        stream_panel<V, Type, n_tokens.value>(w, x, y, y_stride, row, n_rows, token);
      });
    }
  }
}

}  // namespace ondol
