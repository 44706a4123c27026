#include "model/rope_factors.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ondol {
namespace {

TEST(RopeFactors, LeavesShortWavesSlowsLongOnesAndPassesBetween) {
  const auto factors = llama3_rope_factors(64, 500000, {.factor = 32});  // Llama 3.2 1B
  ASSERT_EQ(factors.size(), 32u);
  EXPECT_EQ(factors.front(), 1);
  EXPECT_EQ(factors.back(), 32);
  for (size_t i = 1; i < factors.size(); ++i) EXPECT_GE(factors[i], factors[i - 1]);
  // rope_freqs.weight of the published Llama 3.2 1B files changes between these elements.
  EXPECT_EQ(factors[14], 1);
  EXPECT_GT(factors[15], 1);
  EXPECT_LT(factors[17], 32);
  EXPECT_EQ(factors[18], 32);
}

TEST(RopeFactors, AreOneWithoutScaling) {
  for (const float factor : llama3_rope_factors(16, 10000, {.factor = 1})) EXPECT_NEAR(factor, 1, 1e-7);
}

}  // namespace
}  // namespace ondol
