// The int8 product for many tokens on the matrix unit of newer Xeons (AMX), in the arithmetic of generic/int8_tile.h:
// a tile instruction multiplies 16 tokens with 16 rows over the columns that share a weight scale, and vectors scale
// the sums.  So results are bit-equal to those of the other tables, and of the streaming product, which stays as it is.
//
// Activations stand in tiles of 16 tokens, of which the last may be cut: a tile whose first token is f stores
//   q at f * n_cols [G][16][32], scale at f * G [G][16], sum at f * G [G][16]    with G = n_cols / 32
// Weights are unpacked a panel at a time to signed bytes, eight k-steps [16 rows][4 columns] for each group: as they
// stand, an operand of a tile instruction.  Source: Intel 64 and IA-32 Software Developer's Manual, volume 1,
// chapter 18.
#pragma once

#include <immintrin.h>

#include "kernel/generic/int8_tile.h"
#include "kernel/isa/tile_config.h"

namespace ondol {

inline constexpr int kMatrixTokens = 16;

// As quantize(), for steps of more tokens than the streaming product takes.
template <class V>
void quantize_rows(const float* x, const Q8Activations& out, int64_t first_token, int64_t last_token) {
  const int64_t n_groups = out.n_cols / kGroup;
  for (int64_t token = first_token; token < last_token; ++token) {
    const int64_t place = token % kMatrixTokens, tile = (token - place) * n_groups;
    quantize_row<V>(x + token * out.n_cols, out, [&](int64_t group, const int8_t q[kGroup], float scale, int32_t sum) {
      const int64_t at = tile + group * kMatrixTokens + place;
      __builtin_memcpy(out.q + at * kGroup, q, kGroup);
      out.scale[at] = scale;
      out.sum[at] = sum;
    });
  }
}

template <class V, class Type>
struct MatrixGroup {
  static constexpr int kHalves = Int8Steps<V, Type>::kHalves;
  alignas(64) int8_t q[8][4 * kPanelRows];
  typename V::Floats scale[kHalves], minimum[kHalves];
};

template <class V, class Type>
void unpack_panel(const WeightView& w, int64_t row, MatrixGroup<V, Type>* panel) {
  const PanelRows rows = panel_rows<V, Type>(w, row, kPanelRows, 0);
  const auto zero = V::set_bytes(static_cast<uint8_t>(-Type::kZero));
  for (int64_t g = 0; g < w.n_cols / kGroup; ++g) {
    typename V::Bytes q[8];
    unpack_group<V, Type>(rows.panel, g, rows.first_row, q, panel[g].scale, panel[g].minimum);
    for (int k = 0; k < 8; ++k) V::store_bytes(panel[g].q[k], V::add_bytes(q[k], zero));
  }
}

// The integer sums of one panel's group with one tile, [kHalves][16 tokens][16 rows].
template <class V, class Type>
inline void multiply_group(const MatrixGroup<V, Type>& w, const int8_t* a, int32_t* sums) {
  constexpr int kSteps = Int8Steps<V, Type>::kStepsPerHalf;
  _tile_zero(0);
  _tile_loadd(2, w.q, 64);
  _tile_loadd(4, a, kGroup);
  _tile_dpbssd(0, 4, 2);
  if constexpr (MatrixGroup<V, Type>::kHalves == 2) {
    _tile_zero(1);
    _tile_loadd(3, w.q[kSteps], 64);
    _tile_loadd(5, a + 4 * kSteps, kGroup);
    _tile_dpbssd(1, 5, 3);
    _tile_stored(1, sums + kMatrixTokens * kPanelRows, 64);
  }
  _tile_stored(0, sums, 64);
}

// sum(a) of a group's halves, or of the whole where weights have one scale for it, as floats.
template <int kHalves>
inline void load_activation_sums(const int32_t* packed, float (&out)[kHalves][kMatrixTokens]) {
  const __m512i both = _mm512_loadu_si512(packed);
  if constexpr (kHalves == 1) {
    _mm512_store_ps(out[0], _mm512_cvtepi32_ps(_mm512_madd_epi16(both, _mm512_set1_epi16(1))));
  } else {
    _mm512_store_ps(out[0], _mm512_cvtepi32_ps(_mm512_srai_epi32(_mm512_slli_epi32(both, 16), 16)));
    _mm512_store_ps(out[1], _mm512_cvtepi32_ps(_mm512_srai_epi32(both, 16)));
  }
}

// Adds one group to the parts of its span: scale * sum - minimum * sum(a).
template <class V, class Type>
inline void add_group(const MatrixGroup<V, Type>& w, const int32_t* sums, const int32_t* packed_a_sums,
                      typename V::Floats (&part)[kMatrixTokens]) {
  constexpr int kHalves = MatrixGroup<V, Type>::kHalves;
  alignas(64) float a_sum[kHalves][kMatrixTokens];
  if constexpr (Type::kHasMinimum) load_activation_sums<kHalves>(packed_a_sums, a_sum);
#pragma GCC unroll 2
  for (int h = 0; h < kHalves; ++h) {
#pragma GCC unroll 16
    for (int t = 0; t < kMatrixTokens; ++t) {
      const auto sum = V::load_ints(sums + (h * kMatrixTokens + t) * kPanelRows);
      part[t] = V::fma(V::to_floats(sum), w.scale[h], part[t]);
      if constexpr (Type::kHasMinimum) part[t] = V::fnma(w.minimum[h], V::set_floats(a_sum[h][t]), part[t]);
    }
  }
}

// Adds groups [first, last) of one tile, whole spans but at the end of the row, to its sums.
template <class V, class Type>
void multiply_groups(const MatrixGroup<V, Type>* w, const Q8Activations& a, int64_t token, int64_t first, int64_t last,
                     typename V::Floats (&out)[kMatrixTokens]) {
  constexpr int64_t kSpan = Int8Steps<V, Type>::kSpanGroups;
  alignas(64) int32_t group_sums[2][MatrixGroup<V, Type>::kHalves * kMatrixTokens * kPanelRows];
  const int64_t at = token * (a.n_cols / kGroup);
  const auto start = [&](int64_t g) {
    multiply_group<V, Type>(w[g], a.q + (at + g * kMatrixTokens) * kGroup, group_sums[g % 2]);
  };
  start(first);
  typename V::Floats sum[kMatrixTokens];
#pragma GCC unroll 16
  for (int t = 0; t < kMatrixTokens; ++t) sum[t] = out[t];
  for (int64_t span = first; span < last; span += kSpan) {
    typename V::Floats part[kMatrixTokens] = {};
    const int64_t end = last - span < kSpan ? last : span + kSpan;
    for (int64_t g = span; g < end; ++g) {
      if (g + 1 < last) start(g + 1);  // the matrix unit works while the vectors add
      add_group<V, Type>(w[g], group_sums[g % 2], a.sum + at + g * kMatrixTokens, part);
    }
    const float* scale = a.scale + at + span * kMatrixTokens;
#pragma GCC unroll 16
    for (int t = 0; t < kMatrixTokens; ++t) sum[t] = V::fma(part[t], V::set_floats(scale[t]), sum[t]);
  }
#pragma GCC unroll 16
  for (int t = 0; t < kMatrixTokens; ++t) out[t] = sum[t];
}

template <class V, class Type>
void matrix_gemm(const WeightView& w, const Q8Activations& a, float* y, int64_t y_stride, Rows rows, uint8_t* scratch) {
  // 32 groups' weights and 4 tiles' sums stay in the first-level cache while the tiles meet them
  constexpr int64_t kChunkGroups = 32, kBlockTiles = 4, kBlockTokens = kBlockTiles * kMatrixTokens;
  const int64_t n_groups = w.n_cols / kGroup;
  // A panel fills whole lines of y, which are written past the caches: else each would be fetched first.
  const bool whole_lines = reinterpret_cast<uintptr_t>(y) % 64 == 0 && y_stride % kPanelRows == 0;
  auto* const panel = reinterpret_cast<MatrixGroup<V, Type>*>(scratch);
  constexpr int kColumns = Type::kScaleEvery < kGroup ? Type::kScaleEvery : kGroup;
  // tiles 0 and 1 sums, 2 and 3 weights, 4 and 5 activations
  configure_tiles({{2, kMatrixTokens, 64}, {2, kColumns / 4, 64}, {2, kMatrixTokens, kColumns}});
  for (int64_t row = rows.begin; row < rows.end; row += kPanelRows) {
    const int n_rows = static_cast<int>(rows.end - row < kPanelRows ? rows.end - row : kPanelRows);
    unpack_panel<V, Type>(w, row, panel);
    for (int64_t block = 0; block < a.n_tokens; block += kBlockTokens) {
      const int64_t block_end = a.n_tokens - block < kBlockTokens ? a.n_tokens : block + kBlockTokens;
      typename V::Floats sums[kBlockTiles][kMatrixTokens] = {};
      for (int64_t chunk = 0; chunk < n_groups; chunk += kChunkGroups) {
        const int64_t chunk_end = n_groups - chunk < kChunkGroups ? n_groups : chunk + kChunkGroups;
        for (int64_t token = block; token < block_end; token += kMatrixTokens) {
          multiply_groups<V, Type>(panel, a, token, chunk, chunk_end, sums[(token - block) / kMatrixTokens]);
        }
      }
      for (int64_t token = block; token < block_end; ++token) {
        const auto sum = sums[(token - block) / kMatrixTokens][(token - block) % kMatrixTokens];
        float* const out = y + token * y_stride + row;
        if (whole_lines && n_rows == kPanelRows) V::stream_floats(out, sum);
        else V::store_some(out, sum, n_rows);
      }
    }
  }
  _mm_sfence();
  _tile_release();
}

// The rate of whole tiles on registers alone; see generic/probe.h.
template <class V>
int64_t probe_matrix_int8(int64_t n_rounds) {
  configure_tiles({{8, kMatrixTokens, 64}});
  for (int64_t round = 0; round < n_rounds; ++round) {
    for (int step = 0; step < 16; ++step) {
      _tile_dpbssd(0, 6, 7);
      _tile_dpbssd(1, 6, 7);
      _tile_dpbssd(2, 6, 7);
      _tile_dpbssd(3, 6, 7);
    }
  }
  _tile_release();
  return n_rounds * 64 * 2 * kMatrixTokens * kPanelRows * 64;
}

}  // namespace ondol
