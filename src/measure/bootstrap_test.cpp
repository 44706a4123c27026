#include "measure/bootstrap.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

// The quantiles of the binomial distribution, which the drawing approaches (scipy 1.15, binom.ppf).
TEST(Bootstrap, IntervalIsTheBinomialOne) {
  const Interval half = bootstrap_interval(50, 100);
  EXPECT_NEAR(half.low, 0.40, 0.015);
  EXPECT_NEAR(half.high, 0.60, 0.015);
  const Interval most = bootstrap_interval(950, 1000);
  EXPECT_NEAR(most.low, 0.936, 0.003);
  EXPECT_NEAR(most.high, 0.963, 0.003);
}

TEST(Bootstrap, OneSidedSamplesLeaveNoDoubt) {
  EXPECT_EQ(bootstrap_interval(7, 7).low, 1);
  EXPECT_EQ(bootstrap_interval(0, 7).high, 0);
}

TEST(Bootstrap, IsTheSameEveryTime) { EXPECT_EQ(bootstrap_interval(3, 11).low, bootstrap_interval(3, 11).low); }

}  // namespace
}  // namespace ondol
