// Every point of every grid against the reference: tests/golden/quant/iq_grids, by tools/reference/quant_goldens.py.
#include "tensor/iq_grids.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace ondol {
namespace {

template <class Grid>
std::string levels_of(const Grid& grid) {
  std::string levels;
  for (int point = 0; point < Grid::kPoints; ++point) {
    for (int c = 0; c < Grid::kColumns; ++c) levels += static_cast<char>(grid_level(grid, point, c));
  }
  return levels;
}

TEST(IqGrids, AreThoseOfTheReference) {
  std::ifstream file(ONDOL_SOURCE_DIR "/tests/golden/quant/iq_grids", std::ios::binary);
  ASSERT_TRUE(file);
  const std::string golden{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(golden == levels_of(kIq2XxsGrid) + levels_of(kIq2XsGrid) + levels_of(kIq2SGrid) + levels_of(kIq1Grid) +
                            levels_of(kIq3XxsGrid) + levels_of(kIq3SGrid));
}

TEST(IqGrids, ArePackedAsTheyAreWritten) {
  for (int point = 0; point < kIq1Grid.kPoints; ++point) {
    for (int c = 0; c < 8; ++c) {
      EXPECT_EQ(kIq1Grid.halves[c / 4][point] >> 2 * (c % 4) & 3, grid_level(kIq1Grid, point, c)) << point;
    }
  }
  for (int point = 0; point < kIq3SGrid.kPoints; ++point) {
    for (int c = 0; c < 4; ++c) {
      const int low = kIq3SGrid.low[point] >> 2 * c & 3, high = kIq3SGrid.high[point] >> c & 1;
      EXPECT_EQ(low | high << 2, grid_level(kIq3SGrid, point, c)) << point;
    }
  }
}

}  // namespace
}  // namespace ondol
