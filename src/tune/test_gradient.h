// How tests of gradients prove them.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "base/random.h"

namespace ondol {

inline std::vector<double> random_numbers(SplitMix64& random, int64_t n, double spread = 1) {
  std::vector<double> numbers(static_cast<size_t>(n));
  for (double& number : numbers) number = spread * (2 * random.uniform() - 1);
  return numbers;
}

// Checks `gradient` of loss() by every element of x.  Differences are taken at two widths and extrapolated
// (Richardson), so that their own error is far below the bound; gradients are measured by their largest element.
inline void expect_gradient(std::vector<double>& x, const std::vector<double>& gradient,
                            const std::function<double()>& loss) {
  double largest = 0;
  for (const double g : gradient) largest = std::max(largest, std::abs(g));
  ASSERT_GT(largest, 0);
  for (size_t i = 0; i < x.size(); ++i) {
    const double at = x[i];
    const auto slope = [&](double width) {
      x[i] = at + width;
      const double above = loss();
      x[i] = at - width;
      const double below = loss();
      x[i] = at;
      return (above - below) / (2 * width);
    };
    const double wide = slope(2e-3), narrow = slope(1e-3);
    EXPECT_NEAR((4 * narrow - wide) / 3, gradient[i], 1e-6 * largest) << "element " << i;
  }
}

}  // namespace ondol
