// The grids of the IQ1, IQ2 and IQ3 types.  Four or eight neighbouring weights (without their signs, in IQ2 and IQ3)
// are one point of a small grid, stored as its index: a few of the points of a regular lattice, those near which
// weights of trained models lie.  The points are constants of the format.
// Source: GGUF spec, types 16 to 19, 21, 22, 29 (package gguf, gguf.quants); the idea: Tseng et al. 2024 (QuIP#),
// section 4.2.
//
// Seen by code compiled for wider instruction sets: no standard library, no inline data.
#pragma once

#include <cstdint>

namespace ondol {

// Points of eight columns with levels 0..2.
template <int n>
struct TernaryGrid {
  static constexpr int kPoints = n;
  static constexpr int kColumns = 8;
  // Four columns a word, one level a byte, the first column in the lowest.
  alignas(64) uint32_t words[2 * n];
  // The same in two bits a level: bits 2 c, 2 c + 1 of halves[h][point] are column 4 h + c.
  alignas(64) uint8_t halves[2][n];
};

// Points of four columns with levels 0..7.
template <int n>
struct OctalGrid {
  static constexpr int kPoints = n;
  static constexpr int kColumns = 4;
  // As above.
  alignas(64) uint32_t words[n];
  // The same in three bits a level: bits 2 c, 2 c + 1 of low[point] are bits 0, 1 of column c, bit c of high[point] is
  // its bit 2.
  alignas(64) uint8_t low[n];
  alignas(64) uint8_t high[n];
};

extern const TernaryGrid<256> kIq2XxsGrid;
extern const TernaryGrid<512> kIq2XsGrid;
extern const TernaryGrid<1024> kIq2SGrid;
extern const TernaryGrid<2048> kIq1Grid;  // of IQ1_S and IQ1_M
extern const OctalGrid<256> kIq3XxsGrid;
extern const OctalGrid<512> kIq3SGrid;

// What a level stands for; IQ1's levels are -1, 0, 1.
inline constexpr int kIq2Values[3] = {8, 25, 43};
inline constexpr int kIq3XxsValues[8] = {4, 12, 20, 28, 36, 44, 52, 62};
inline constexpr int kIq3SValues[8] = {1, 3, 5, 7, 9, 11, 13, 15};

template <class Grid>
constexpr int grid_level(const Grid& grid, int point, int column) {
  return static_cast<int>(grid.words[(Grid::kColumns * point + column) / 4] >> 8 * (column % 4) & 255);
}

}  // namespace ondol
