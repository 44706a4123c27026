#include "compress/error_feedback.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "tensor/quant/f32.h"
#include "tensor/quant/q4_0.h"
#include "tensor/quant/q8_0.h"

namespace ondol {
namespace {

constexpr int64_t kCols = 96;

double uniform(SplitMix64& random) { return static_cast<double>(random.below(1 << 20)) / (1 << 20) - 0.5; }

std::vector<float> random_row(uint64_t seed) {
  SplitMix64 random(seed);
  std::vector<float> row(static_cast<size_t>(kCols));
  for (float& x : row) x = static_cast<float>(uniform(random));
  return row;
}

// Of inputs that follow a few hidden ones, as activations do.
SecondMoment correlated_moment() {
  constexpr int kHidden = 6, kTokens = 400;
  SplitMix64 random(3);
  std::vector<double> mix(static_cast<size_t>(kHidden * kCols));
  for (double& x : mix) x = uniform(random);
  SecondMoment moment{.n_cols = kCols, .n_tokens = kTokens, .sums = std::vector<float>(kCols * kCols)};
  for (int t = 0; t < kTokens; ++t) {
    std::vector<double> x(kCols);
    for (int h = 0; h < kHidden; ++h) {
      const double hidden = uniform(random);
      for (size_t i = 0; i < x.size(); ++i) x[i] += hidden * mix[static_cast<size_t>(h) * kCols + i];
    }
    for (double& value : x) value += 0.05 * uniform(random);
    for (size_t i = 0; i < x.size(); ++i) {
      for (size_t j = 0; j < x.size(); ++j) moment.sums[i * kCols + j] += static_cast<float>(x[i] * x[j]);
    }
  }
  return moment;
}

// e H e^T with the damping that create() adds.
double quadratic_form(const SecondMoment& moment, const std::vector<float>& e) {
  double mean = 0, sum = 0;
  for (size_t i = 0; i < e.size(); ++i) mean += static_cast<double>(moment.sums[i * kCols + i]) / kCols;
  for (size_t i = 0; i < e.size(); ++i) {
    for (size_t j = 0; j < e.size(); ++j) {
      const double h = static_cast<double>(moment.sums[i * kCols + j]) / mean + (i == j ? 0.01 : 0.0);
      sum += h * static_cast<double>(e[i]) * static_cast<double>(e[j]);
    }
  }
  return sum;
}

std::vector<float> difference(const std::vector<float>& a, const std::vector<float>& b) {
  std::vector<float> out(a.size());
  std::transform(a.begin(), a.end(), b.begin(), out.begin(), std::minus<>());
  return out;
}

class ErrorFeedbackTest : public testing::Test {
 protected:
  SecondMoment moment_ = correlated_moment();
  ErrorFeedback feedback_ = *ErrorFeedback::create(moment_);
};

TEST_F(ErrorFeedbackTest, WeighsAnErrorAsTheSecondMomentDoes) {
  for (uint64_t seed = 0; seed < 5; ++seed) {
    const std::vector<float> error = random_row(seed);
    const double expected = quadratic_form(moment_, error);
    EXPECT_NEAR(feedback_.loss(error.data()), expected, 1e-5 * expected);
  }
}

TEST_F(ErrorFeedbackTest, RoundsCorrelatedColumnsToALowerLoss) {
  const DType type = dtype_of<Q4_0>;
  const std::vector<float> importance = feedback_.importance(type.info().block_weights);
  double answered = 0, alone = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<float> row = random_row(seed);
    std::vector<float> targets(row.size()), rounded(row.size()), decoded(row.size()), diagonal(row.size());
    feedback_.round(row.data(), type, importance.data(), targets.data(), rounded.data());
    answered += quadratic_form(moment_, difference(row, rounded));

    for (size_t i = 0; i < row.size(); ++i) diagonal[i] = moment_.sums[i * kCols + i];
    std::vector<uint8_t> bytes(static_cast<size_t>(type.size_bytes(kCols)));
    type.info().encode(row.data(), diagonal.data(), bytes.data(), kCols);
    type.info().decode(bytes.data(), decoded.data(), kCols);
    alone += quadratic_form(moment_, difference(row, decoded));
  }
  EXPECT_LT(answered, 0.5 * alone);
}

TEST_F(ErrorFeedbackTest, TargetsEncodeToWhatWasRounded) {
  const DType type = dtype_of<Q8_0>;
  const std::vector<float> importance = feedback_.importance(type.info().block_weights), row = random_row(7);
  std::vector<float> targets(row.size()), rounded(row.size()), decoded(row.size());
  feedback_.round(row.data(), type, importance.data(), targets.data(), rounded.data());

  ImportedTensor tensor{.name = "t", .dtype = dtype_of<F32>, .shape = {1, kCols}, .read_rows = {}, .reads = {}};
  tensor.read_rows = [&](int64_t, int64_t, uint8_t* out) { std::memcpy(out, row.data(), row.size() * sizeof(float)); };
  const ImportedTensor lazy = feedback_targets(tensor, type, importance, feedback_);
  std::vector<float> read(row.size());
  lazy.read_rows(0, 1, reinterpret_cast<uint8_t*>(read.data()));
  EXPECT_EQ(read, targets);

  std::vector<uint8_t> bytes(static_cast<size_t>(type.size_bytes(kCols)));
  type.info().encode(targets.data(), importance.data(), bytes.data(), kCols);
  type.info().decode(bytes.data(), decoded.data(), kCols);
  EXPECT_EQ(decoded, rounded);
}

TEST_F(ErrorFeedbackTest, TheLastBlockIsJudgedByAllOfItsMoment) {
  // nothing follows that could answer: D of the last column is H's diagonal, damped
  const std::vector<float> importance = feedback_.importance(1);
  const SecondMoment& m = moment_;
  double mean = 0;
  for (size_t i = 0; i < kCols; ++i) mean += static_cast<double>(m.sums[i * kCols + i]) / kCols;
  EXPECT_NEAR(static_cast<double>(importance.back()), static_cast<double>(m.sums.back()) / mean + 0.01, 1e-5);
  EXPECT_LT(static_cast<double>(importance.front()), 0.5 * static_cast<double>(m.sums.front()) / mean);
}

TEST(ErrorFeedback, NeedsInputsThatAreNotAllZero) {
  EXPECT_FALSE(ErrorFeedback::create({.n_cols = 4, .n_tokens = 9, .sums = std::vector<float>(16)}));
}

}  // namespace
}  // namespace ondol
