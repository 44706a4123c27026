// Mean and spread of a series, gathered one value at a time, and the median of one.
// Source: Welford 1962, "Note on a method for calculating corrected sums of squares and products".
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace ondol {

class RunningMean {
 public:
  void add(double value) {
    ++n_;
    const double before = value - mean_;
    mean_ += before / static_cast<double>(n_);
    squares_ += before * (value - mean_);
  }
  int64_t n() const { return n_; }
  double mean() const { return mean_; }
  // Of the mean; 0 for fewer than two values.
  double standard_error() const {
    if (n_ < 2) return 0;
    const auto n = static_cast<double>(n_);
    return std::sqrt(squares_ / (n - 1) / n);
  }

 private:
  int64_t n_ = 0;
  double mean_ = 0, squares_ = 0;
};

// The middle value, or the mean of the two in the middle.    values: at least one
inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

}  // namespace ondol
