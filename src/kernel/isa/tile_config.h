// Sets the shapes of the matrix unit's tiles.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace ondol {

// Sets up n tiles [n_rows of row_bytes] each, in order.
struct TileShape {
  int n, n_rows, row_bytes;
};
template <int n_shapes>
inline void configure_tiles(const TileShape (&shapes)[n_shapes]) {
  struct alignas(64) {
    uint8_t palette = 1, start_row = 0, reserved[14] = {};
    uint16_t row_bytes[16] = {};
    uint8_t n_rows[16] = {};
  } config;
  int tile = 0;
  for (const TileShape& shape : shapes) {
    for (int i = 0; i < shape.n; ++i, ++tile) {
      config.row_bytes[tile] = static_cast<uint16_t>(shape.row_bytes);
      config.n_rows[tile] = static_cast<uint8_t>(shape.n_rows);
    }
  }
  // GCC 12 believes that the instruction reads eight bytes, and leaves the others unwritten.
  asm volatile("" : : "r"(&config) : "memory");
  _tile_loadconfig(&config);
}

}  // namespace ondol
