#include "base/checked_math.h"

#include <gtest/gtest.h>

#include <limits>

namespace ondol {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

TEST(CheckedMath, RefusesWhatDoesNotFit) {
  EXPECT_EQ(checked_mul(3, 4), 12);
  EXPECT_EQ(checked_mul(kMax, 1), kMax);
  EXPECT_FALSE(checked_mul(kMax / 2 + 1, 2));
  EXPECT_FALSE(checked_mul(int64_t{1} << 32, int64_t{1} << 32));
  EXPECT_EQ(checked_add(kMax - 1, 1), kMax);
  EXPECT_FALSE(checked_add(kMax, 1));
}

TEST(CheckedMath, RefusesNegativeSizes) {
  EXPECT_FALSE(checked_mul(-1, 1));
  EXPECT_FALSE(checked_mul(-1, -1));
  EXPECT_FALSE(checked_add(5, -1));
}

TEST(CheckedMath, RoundsUp) {
  EXPECT_EQ(round_up(0, 32), 0);
  EXPECT_EQ(round_up(1, 32), 32);
  EXPECT_EQ(round_up(32, 32), 32);
  EXPECT_EQ(divide_up(33, 32), 2);
}

}  // namespace
}  // namespace ondol
