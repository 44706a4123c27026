#include "measure/divergence.h"

#include <gtest/gtest.h>

#include <cmath>

#include "measure/statistics.h"

namespace ondol {
namespace {

TEST(TokenLoss, IsTheLogarithmOfTheSoftmax) {
  const float logits[] = {std::log(1.0f), std::log(2.0f), std::log(5.0f)};
  EXPECT_NEAR(token_loss(logits, 3, TokenId{0}), std::log(8.0), 1e-6);  // float32 logits
  EXPECT_NEAR(token_loss(logits, 3, TokenId{2}), std::log(8.0 / 5), 1e-6);
  const float large[] = {1000, 1000};
  EXPECT_DOUBLE_EQ(token_loss(large, 2, TokenId{1}), std::log(2.0));
}

TEST(RowDivergence, FollowsTheFormula) {
  const float p[] = {std::log(0.5f), std::log(0.5f)}, q[] = {std::log(0.25f), std::log(0.75f)};
  EXPECT_NEAR(row_divergence(p, q, 2), 0.5 * std::log(2.0) + 0.5 * std::log(2.0 / 3), 1e-6);  // float32 logits
  EXPECT_GT(row_divergence(q, p, 2), 0);
}

TEST(RowDivergence, IsExactlyZeroForEqualLogitsAndBlindToAShift) {
  const float logits[] = {0.1f, -7.3f, 22.5f, 3e-6f};
  EXPECT_EQ(row_divergence(logits, logits, 4), 0.0);
  const float a[] = {1, 2, 4}, b[] = {9, 10, 12};
  EXPECT_EQ(row_divergence(a, b, 3), 0.0);
}

TEST(RowDivergence, ImpossibleTokensCountNothing) {
  const float p[] = {0, -2000}, q[] = {0, -1000};
  EXPECT_EQ(row_divergence(p, q, 2), 0.0);
}

TEST(RunningMean, GivesMeanAndStandardError) {
  RunningMean mean;
  for (const double value : {1.0, 2.0, 3.0, 4.0}) mean.add(value);
  EXPECT_EQ(mean.n(), 4);
  EXPECT_DOUBLE_EQ(mean.mean(), 2.5);
  EXPECT_DOUBLE_EQ(mean.standard_error(), std::sqrt(5.0 / 3 / 4));
}

}  // namespace
}  // namespace ondol
