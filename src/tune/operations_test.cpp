// Gradients in double against central differences; the bound is the project's: 1e-6 relative.
#include "tune/operations.h"

#include <gtest/gtest.h>

#include "tune/test_gradient.h"

namespace ondol {
namespace {

using operations::AttentionGradient;
using operations::AttentionView;

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

TEST(Operations, RmsNormHasItsGradient) {
  SplitMix64 random(1);
  for (const int64_t n : {1, 7, 32}) {
    auto x = random_numbers(random, n), weight = random_numbers(random, n);
    const auto dy = random_numbers(random, n);
    const auto loss = [&] {
      std::vector<double> y(x.size());
      operations::rms_norm(x.data(), weight.data(), 0.1, y.data(), n);
      return dot(y, dy);
    };
    std::vector<double> dx(x.size()), dweight(x.size());
    operations::rms_norm_backward(x.data(), weight.data(), 0.1, dy.data(), dx.data(), dweight.data(), n);
    expect_gradient(x, dx, loss);
    expect_gradient(weight, dweight, loss);
  }
}

TEST(Operations, LayerNormHasItsGradient) {
  SplitMix64 random(2);
  const int64_t n = 11;
  auto x = random_numbers(random, n), weight = random_numbers(random, n), bias = random_numbers(random, n);
  const auto dy = random_numbers(random, n);
  const auto loss = [&] {
    std::vector<double> y(x.size());
    operations::layer_norm(x.data(), weight.data(), bias.data(), 0.1, y.data(), n);
    return dot(y, dy);
  };
  std::vector<double> dx(x.size()), dweight(x.size()), dbias(x.size());
  operations::layer_norm_backward(x.data(), weight.data(), 0.1, dy.data(), dx.data(), dweight.data(), dbias.data(), n);
  expect_gradient(x, dx, loss);
  expect_gradient(weight, dweight, loss);
  expect_gradient(bias, dbias, loss);
}

TEST(Operations, ActivationsHaveTheirGradients) {
  SplitMix64 random(3);
  const int64_t n = 40;
  for (const Activation kind : {Activation::kSilu, Activation::kGeluTanh}) {
    auto x = random_numbers(random, n, 4), up = random_numbers(random, n);
    const auto dy = random_numbers(random, n);
    const auto plain_loss = [&] {
      std::vector<double> y(x.size());
      operations::activate(kind, x.data(), y.data(), n);
      return dot(y, dy);
    };
    std::vector<double> dx(x.size()), dup(x.size());
    operations::activate_backward(kind, x.data(), dy.data(), dx.data(), n);
    expect_gradient(x, dx, plain_loss);
    const auto gated_loss = [&] {
      std::vector<double> y(x.size());
      operations::gate(kind, x.data(), up.data(), y.data(), n);
      return dot(y, dy);
    };
    operations::gate_backward(kind, x.data(), up.data(), dy.data(), dx.data(), dup.data(), n);
    expect_gradient(x, dx, gated_loss);
    expect_gradient(up, dup, gated_loss);
  }
}

TEST(Operations, SoftCapHasItsGradient) {
  SplitMix64 random(4);
  auto x = random_numbers(random, 20, 3);
  const auto dy = random_numbers(random, 20);
  std::vector<double> dx;
  for (size_t i = 0; i < x.size(); ++i) {
    dx.push_back(dy[i] * operations::soft_cap_slope(operations::soft_cap(x[i], 1.5), 1.5));
  }
  expect_gradient(x, dx, [&] {
    double loss = 0;
    for (size_t i = 0; i < x.size(); ++i) loss += dy[i] * operations::soft_cap(x[i], 1.5);
    return loss;
  });
}

TEST(Operations, RotationIsUndoneInTheGradient) {
  SplitMix64 random(5);
  for (const bool interleaved : {false, true}) {
    auto x = random_numbers(random, 2 * 10);
    const auto dy = random_numbers(random, 2 * 10), angle = random_numbers(random, 4, 3);
    std::vector<double> cos, sin, minus_sin;
    for (const double a : angle) {
      cos.push_back(std::cos(a));
      sin.push_back(std::sin(a));
      minus_sin.push_back(-sin.back());
    }
    auto dx = dy;
    operations::rope(dx.data(), 2, 10, 8, cos.data(), minus_sin.data(), interleaved);
    expect_gradient(x, dx, [&] {
      auto y = x;
      operations::rope(y.data(), 2, 10, 8, cos.data(), sin.data(), interleaved);
      return dot(y, dy);
    });
  }
}

struct AttentionCase {
  double soft_cap;
  int64_t window;
  bool sink;
};
class OperationsAttention : public ::testing::TestWithParam<AttentionCase> {};

TEST_P(OperationsAttention, HasItsGradient) {
  const AttentionCase& c = GetParam();
  constexpr int64_t kTokens = 9, kHeadDim = 6, kStride = 2 * kHeadDim;
  SplitMix64 random(6);
  auto q = random_numbers(random, kTokens * kStride), k = random_numbers(random, kTokens * kStride),
       v = random_numbers(random, kTokens * kStride), sink = random_numbers(random, 1);
  // the second half of each row belongs to another head, whose gradient is zero
  auto dy = random_numbers(random, kTokens * kStride);
  for (int64_t i = 0; i < kTokens * kStride; ++i) {
    if (i % kStride >= kHeadDim) dy[static_cast<size_t>(i)] = 0;
  }
  const auto view = [&] {
    return AttentionView<double>{q.data(),
                                 k.data(),
                                 v.data(),
                                 kStride,
                                 kStride,
                                 kTokens,
                                 kHeadDim,
                                 0.7,
                                 c.soft_cap,
                                 c.window,
                                 c.sink ? sink.data() : nullptr};
  };
  std::vector<double> out(q.size()), log_sum(kTokens);
  const auto loss = [&] {
    operations::attend(view(), out.data(), log_sum.data());
    return dot(out, dy);
  };
  loss();
  std::vector<double> dq(q.size()), dk(q.size()), dv(q.size()), dsink(1);
  operations::attend_backward(view(), out.data(), log_sum.data(), dy.data(),
                              AttentionGradient<double>{dq.data(), dk.data(), dv.data(), dsink.data()});
  expect_gradient(q, dq, loss);
  expect_gradient(k, dk, loss);
  expect_gradient(v, dv, loss);
  if (c.sink) expect_gradient(sink, dsink, loss);
}
INSTANTIATE_TEST_SUITE_P(Kinds, OperationsAttention,
                         ::testing::Values(AttentionCase{0, 0, false}, AttentionCase{0, 3, false},
                                           AttentionCase{0.8, 0, false}, AttentionCase{0, 0, true},
                                           AttentionCase{0.5, 4, true}));

TEST(Operations, CrossEntropyHasItsGradient) {
  SplitMix64 random(7);
  auto logits = random_numbers(random, 13, 5);
  auto gradient = logits;
  operations::cross_entropy(gradient.data(), 13, 4, 0.3);
  expect_gradient(logits, gradient, [&] {
    auto scratch = logits;
    return operations::cross_entropy(scratch.data(), 13, 4, 0.3);
  });
}

TEST(Operations, DivergencesFromATeacherHaveTheirGradients) {
  SplitMix64 random(8);
  const int32_t tokens[] = {7, 0, 11};
  const double shares[] = {0.5, 0.2, 0.05};
  using operations::Divergence;
  for (const Divergence kind : {Divergence::kForward, Divergence::kReverse, Divergence::kJensenShannon}) {
    for (const double temperature : {1.0, 2.5}) {
      auto logits = random_numbers(random, 12, 2);
      const operations::TeacherRow<double> teacher{tokens, shares, 3};
      auto gradient = logits;
      operations::distill(kind, teacher, temperature, 0.4, gradient.data(), 12);
      expect_gradient(logits, gradient, [&] {
        auto scratch = logits;
        return operations::distill(kind, teacher, temperature, 0.4, scratch.data(), 12);
      });
    }
  }
}

TEST(Operations, ADivergenceFromWhatTheStudentSaysIsZero) {
  std::vector<double> logits = {0.3, -1, 2, 0.5}, shares;
  const double log_sum = operations::log_sum_exp(logits.data(), 4);
  const int32_t tokens[] = {2, 0};
  for (const int32_t token : tokens) shares.push_back(std::exp(logits[static_cast<size_t>(token)] - log_sum));
  using operations::Divergence;
  for (const Divergence kind : {Divergence::kForward, Divergence::kReverse, Divergence::kJensenShannon}) {
    auto gradient = logits;
    EXPECT_NEAR(operations::distill(kind, {tokens, shares.data(), 2}, 1.0, 1.0, gradient.data(), 4), 0, 1e-12);
    for (const double g : gradient) EXPECT_NEAR(g, 0, 1e-12);
  }
}

}  // namespace
}  // namespace ondol
