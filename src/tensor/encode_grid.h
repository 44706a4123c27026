// How the types with grids (tensor/iq_grids.h) are encoded.  For a scale, the nearest point of the grid to every few
// weights is found exactly; for chosen points, the scale is a least-squares fit.  The two alternate from several first
// scales for every run of weights with a scale field, as in tensor/encode_search.h; then the block's scale is rounded,
// and each run tries the fields around its own fit.
#pragma once

#include <array>
#include <vector>

#include "tensor/encode_search.h"
#include "tensor/iq_grids.h"

namespace ondol {

// Finds the point of a grid whose columns cost least.  Built once for each grid, then shared by all threads.
class GridSearch {
 public:
  static constexpr int kMaxColumns = 8, kMaxLevels = 8;

  template <class Grid>
  explicit GridSearch(const Grid& grid)
      : words_(grid.words), n_columns_(Grid::kColumns), n_levels_(Grid::kColumns == 8 ? 3 : 8), lower_(Grid::kPoints) {
    for (int point = 0; point < Grid::kPoints; ++point) {
      int half[2] = {};
      for (int c = n_columns_ - 1; c >= 0; --c) {
        int& number = half[c / (n_columns_ / 2)];
        number = number * n_levels_ + grid_level(grid, point, c);
      }
      lower_[static_cast<size_t>(point)] = static_cast<uint8_t>(half[0]);
      first_[static_cast<size_t>(half[1] + 1)] = static_cast<uint16_t>(point + 1);
    }
    for (size_t i = 1; i < first_.size(); ++i) first_[i] = first_[i] > first_[i - 1] ? first_[i] : first_[i - 1];
  }

  int n_columns() const { return n_columns_; }
  int n_levels() const { return n_levels_; }
  int level(int point, int column) const {
    return static_cast<int>(words_[(n_columns_ * point + column) / 4] >> 8 * (column % 4) & 255);
  }

  struct Found {
    int point;
    float cost;
  };
  // cost[c][l]: what level l of column c costs; a point costs the sum.
  Found cheapest(const float cost[kMaxColumns][kMaxLevels]) const;

 private:
  static constexpr size_t kMaxHalves = 81;  // 3^4, and 8^2 = 64

  template <int kColumns, int kLevels>
  Found cheapest_of(const float cost[kMaxColumns][kMaxLevels]) const;

  const uint32_t* words_;  // of the grid
  int n_columns_, n_levels_;
  // Points are in the order of their upper halves (iq_grids.cpp): those of upper half u are first_[u] .. first_[u + 1],
  // and lower_ has the number of each one's lower half.
  std::vector<uint8_t> lower_;
  std::array<uint16_t, kMaxHalves + 1> first_{};
};

// How a type uses its grid: weight = scale * part * (2 field + 1) * value, one field for run_weights weights.
struct GridRules {
  enum class Signs {
    kFree,  // any column may be negative
    kEven,  // an even number of every eight columns
    kDelta  // none: instead all values of delta_weights weights are moved by 1/8 up or down
  };
  const GridSearch* search;
  float values[GridSearch::kMaxLevels];
  float part;
  int run_weights, highest_field;
  Signs signs;
  int delta_weights;
  Starts starts;  // of a run's scale, as ratios of the largest weight to the largest value
};

// IQ2 and IQ1 with the grid `search`.
GridRules iq2_rules(const GridSearch& search, int run_weights, GridRules::Signs signs);
GridRules iq1_rules(const GridSearch& search, int run_weights, int delta_weights);
inline constexpr Starts kIq3Starts{.n = 6, .tightest = 0.8f, .widest = 1.5f};

// What a block is encoded to.
struct GridBlock {
  uint16_t scale = 0;         // f16
  uint8_t fields[16] = {};    // of each run
  uint16_t points[64] = {};   // of every 8 or 4 columns
  uint8_t negative[32] = {};  // of every 8 columns, bit c for column c; with deltas 1 where they are moved down
};
GridBlock encode_on_grid(const EncodeBlock& block, const GridRules& rules);

}  // namespace ondol
