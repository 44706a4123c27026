// The bf16 product of training on the matrix unit of newer Xeons (AMX): 2 by 2 tiles of 16 by 16 sums, 32 of k at a
// time.  Its sums are within the bound of generic/train_gemm_bf16.h, whose packed columns it reads too; k is filled up
// with zeros to a multiple of 32.  Packed rows stand as tiles: for each 32 of k, two tiles [16 rows][32 k].
// Source: Intel 64 and IA-32 Software Developer's Manual, volume 1, chapter 18.
#pragma once

#include <immintrin.h>

#include "kernel/generic/probe.h"
#include "kernel/generic/train_gemm_bf16.h"
#include "kernel/isa/tile_config.h"

namespace ondol {

inline constexpr int kTileLines = 16;
inline constexpr int kTileDepth = 32;
inline constexpr int kTileBytes = 1024;

template <class V>
constexpr int64_t tile_depths(int64_t k) {
  return (k + kTileDepth - 1) / kTileDepth;
}

template <class V>
int64_t packed_bytes_matrix(int64_t width, int64_t k) {
  return width * tile_depths<V>(k) * kTileDepth * 2;
}

template <class V>
void pack_columns_matrix(const StridedMatrix& b, int64_t first, int64_t n, int64_t k0, int64_t k, uint8_t* out) {
  pack_pairs<V, kStripColumns<V>>(strip_of_columns<V>(b, first, n, k0), k, tile_depths<V>(k) * kTileDepth,
                                  reinterpret_cast<float*>(out));
}

template <class V>
void pack_rows_matrix(const StridedMatrix& a, int64_t first, int64_t n, int64_t k0, int64_t k, uint8_t* out) {
  const StripSource in = strip_of_rows<V>(a, first, n, k0);
  auto* to = reinterpret_cast<float*>(out);
  for (int64_t at = 0; at < k; at += kTileDepth) {
    for (int tile = 0; tile < 2; ++tile) {
      typename V::Floats x[V::kWidth];
      load_words<V>(in, tile, at, k - at, 2 * kTileLines, x);
      if (in.line_stride == 1) V::transpose(x);
      for (int i = 0; i < kTileLines; ++i, to += kTileLines) V::store_floats(to, x[i]);
    }
  }
}

// One tile of C where it is loaded and stored: C itself, or a copy where not all of it exists.
template <class V>
class TileOfC {
 public:
  TileOfC(const BlockOfC& c, int row_tile, int column_tile)
      : c_(c.c + row_tile * kTileLines * c.stride + column_tile * kTileLines),
        stride_(c.stride),
        n_rows_(lines_left<V>(c.n_rows, row_tile)),
        n_columns_(lines_left<V>(c.n_columns, column_tile)),
        is_whole_(n_rows_ == kTileLines && n_columns_ == kTileLines) {
    if (is_whole_ || !c.accumulate) return;
    for (int i = 0; i < n_rows_; ++i) V::store_floats(copy_[i], V::load_some(c_ + i * stride_, n_columns_));
    keep<V>(copy_);  // GCC 12 does not know that loading a tile reads memory
  }
  float* memory() { return is_whole_ ? c_ : copy_[0]; }
  int64_t stride_bytes() const { return is_whole_ ? 4 * stride_ : 4 * kTileLines; }
  void write_back() const {
    if (is_whole_) return;
    for (int i = 0; i < n_rows_; ++i) V::store_some(c_ + i * stride_, V::load_floats(copy_[i]), n_columns_);
  }

 private:
  float* c_;
  int64_t stride_;
  int n_rows_, n_columns_;
  bool is_whole_;
  alignas(64) float copy_[kTileLines][kTileLines];
};

// Sums in tiles 0 to 3, row by row; rows in 4 and 5, columns in 6 and 7.
template <class V, int kRowTiles, int kColumnTiles>
inline void multiply_tiles(const uint8_t* a, const uint8_t* b, int64_t n_depths, const BlockOfC& c) {
  constexpr bool kBelow = kRowTiles == 2, kBeside = kColumnTiles == 2;
  constexpr int kColumnsBytes = kStripColumns<V> * 4;
  TileOfC<V> c0(c, 0, 0), c1(c, 0, kBeside), c2(c, kBelow, 0), c3(c, kBelow, kBeside);
  if (c.accumulate) {
    _tile_loadd(0, c0.memory(), c0.stride_bytes());
    if constexpr (kBeside) _tile_loadd(1, c1.memory(), c1.stride_bytes());
    if constexpr (kBelow) _tile_loadd(2, c2.memory(), c2.stride_bytes());
    if constexpr (kBelow && kBeside) _tile_loadd(3, c3.memory(), c3.stride_bytes());
  } else {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    // the lines that will be stored to; else each would be fetched then
    for (int64_t i = 0; i < c.n_rows; ++i) {
      __builtin_prefetch(c.c + i * c.stride, 1);
      if constexpr (kBeside) __builtin_prefetch(c.c + i * c.stride + kTileLines, 1);
    }
  }
  for (int64_t at = 0; at < n_depths; ++at, a += 2 * kTileBytes, b += 16 * kColumnsBytes) {
    _tile_loadd(4, a, 64);
    _tile_loadd(6, b, kColumnsBytes);
    _tile_dpbf16ps(0, 4, 6);
    if constexpr (kBeside) {
      _tile_loadd(7, b + 64, kColumnsBytes);
      _tile_dpbf16ps(1, 4, 7);
    }
    if constexpr (kBelow) {
      _tile_loadd(5, a + kTileBytes, 64);
      _tile_dpbf16ps(2, 5, 6);
      if constexpr (kBeside) _tile_dpbf16ps(3, 5, 7);
    }
  }
  _tile_stored(0, c0.memory(), c0.stride_bytes());
  c0.write_back();
  if constexpr (kBeside) {
    _tile_stored(1, c1.memory(), c1.stride_bytes());
    c1.write_back();
  }
  if constexpr (kBelow) {
    _tile_stored(2, c2.memory(), c2.stride_bytes());
    c2.write_back();
  }
  if constexpr (kBelow && kBeside) {
    _tile_stored(3, c3.memory(), c3.stride_bytes());
    c3.write_back();
  }
}

template <class V>
void multiply_matrix(const uint8_t* a, const uint8_t* b, int64_t k, float* c, int64_t c_stride, int64_t n_rows,
                     int64_t n_columns, bool accumulate) {
  constexpr int kRows = 2 * kTileLines;
  static_assert(kStripColumns<V> == 2 * kTileLines && V::kWidth == kTileLines);
  configure_tiles({{8, kTileLines, 64}});
  const int64_t strip_bytes = packed_bytes_matrix<V>(kRows, k);
  for (int64_t row = 0; row < n_rows; row += kRows, a += strip_bytes) {
    const BlockOfC block{c + row * c_stride, c_stride, n_rows - row < kRows ? n_rows - row : kRows, n_columns,
                         accumulate};
    if (block.n_rows > kTileLines) {
      if (n_columns > kTileLines) multiply_tiles<V, 2, 2>(a, b, tile_depths<V>(k), block);
      else multiply_tiles<V, 2, 1>(a, b, tile_depths<V>(k), block);
    } else {
      if (n_columns > kTileLines) multiply_tiles<V, 1, 2>(a, b, tile_depths<V>(k), block);
      else multiply_tiles<V, 1, 1>(a, b, tile_depths<V>(k), block);
    }
  }
  _tile_release();
}

}  // namespace ondol
