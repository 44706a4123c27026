#include "tune/backprop.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tensor/quant/q4_0.h"
#include "tune/loss.h"
#include "tune/test_models.h"

namespace ondol {
namespace {

template <class T>
double loss_of(Network<T>& network, ThreadPool& pool, const PackedBatch& batch, const BackpropOptions& options,
               Precision precision = Precision::kF32) {
  Compute<T> compute(pool, precision);
  return backprop(network, compute, batch, label_loss(compute, batch, network.model().hp.vocab_size), options);
}

std::vector<std::vector<float>> gradients_of(const Network<float>& network) {
  std::vector<std::vector<float>> gradients;
  for (const Parameter<float>& p : network.parameters()) gradients.push_back(p.gradient);
  return gradients;
}

// Central differences along some elements of every trained parameter.
void expect_differences_agree(Network<double>& network, ThreadPool& pool, const PackedBatch& batch,
                              const BackpropOptions& options) {
  loss_of(network, pool, batch, options);
  BackpropOptions forward_only = options;
  forward_only.gradients = false;
  double largest = 0;
  for (const Parameter<double>& p : network.parameters()) {
    for (const double g : p.gradient) largest = std::max(largest, std::abs(g));
  }
  int n_compared = 0;
  for (Parameter<double>& p : network.parameters()) {
    if (!p.trained) continue;
    const auto n = p.value.size();
    for (const size_t i : {size_t{0}, n / 3, n - 1}) {
      const double at = p.value[i];
      const auto slope = [&](double width) {
        p.value[i] = at + width;
        const double above = loss_of(network, pool, batch, forward_only);
        p.value[i] = at - width;
        const double below = loss_of(network, pool, batch, forward_only);
        p.value[i] = at;
        return (above - below) / (2 * width);
      };
      const double wide = slope(2e-4), narrow = slope(1e-4);
      EXPECT_NEAR((4 * narrow - wide) / 3, p.gradient[i], 1e-6 * largest) << p.name << " element " << i;
      ++n_compared;
    }
  }
  EXPECT_GT(n_compared, 20);
}

TEST(Backprop, OfAWholeModelAgreesWithDifferences) {
  ThreadPool pool(2);
  const TestModel test = make_test_model(pool);
  auto network = Network<double>::full(test.model);
  ASSERT_TRUE(network);
  expect_differences_agree(*network, pool, make_test_batch({5, 3}, 40, 1), {});
}

TEST(Backprop, OfAnAdapterWithDropoutAgreesWithDifferences) {
  ThreadPool pool(2);
  const TestModel test = make_test_model(pool);
  auto network = Network<double>::low_rank(test.model, {.rank = 3, .alpha = 6, .dropout = 0.3f});
  ASSERT_TRUE(network);
  // Where B is zero A has no gradient.
  SplitMix64 random(2);
  for (Parameter<double>& p : network->parameters()) {
    if (!p.name.ends_with(".lora_b")) continue;
    for (double& value : p.value) value = 0.1 * (random.uniform() - 0.5);
  }
  expect_differences_agree(*network, pool, make_test_batch({6}, 40, 3), {.dropout_key = 77});
}

TEST(Backprop, LayersComputedTwiceGiveTheSameBits) {
  ThreadPool pool(2);
  const TestModel test = make_test_model(pool);
  const PackedBatch batch = make_test_batch({20, 9, 30}, 40, 4);
  auto kept = Network<float>::full(test.model), again = Network<float>::full(test.model);
  ASSERT_TRUE(kept && again);
  EXPECT_EQ(loss_of(*kept, pool, batch, {}), loss_of(*again, pool, batch, {.tape_bytes = 0}));
  EXPECT_EQ(gradients_of(*kept), gradients_of(*again));
}

TEST(Backprop, ThreadsDoNotChangeABit) {
  ThreadPool one(1), three(3);
  const TestModel test = make_test_model(one);
  const PackedBatch batch = make_test_batch({33, 40, 2, 17}, 40, 5);
  for (const Precision precision : {Precision::kF32, Precision::kBf16}) {
    auto alone = Network<float>::full(test.model), shared = Network<float>::full(test.model);
    ASSERT_TRUE(alone && shared);
    EXPECT_EQ(loss_of(*alone, one, batch, {}, precision), loss_of(*shared, three, batch, {}, precision));
    EXPECT_EQ(gradients_of(*alone), gradients_of(*shared));
  }
}

TEST(Backprop, PackedSequencesDoNotSeeEachOther) {
  ThreadPool pool(2);
  const TestModel test = make_test_model(pool);
  const PackedBatch both = make_test_batch({12, 7}, 40, 6);
  auto network = Network<double>::full(test.model);
  ASSERT_TRUE(network);
  double apart = 0;
  for (const auto& sequence : both.sequences) {
    PackedBatch one{.sequences = {{0, sequence.n_tokens}}};
    const auto begin = both.tokens.begin() + sequence.first_row;
    one.tokens.assign(begin, begin + sequence.n_tokens);
    for (const auto& target : both.targets) {
      const int64_t row = target.row - sequence.first_row;
      if (row >= 0 && row < sequence.n_tokens) one.targets.push_back({row, target.next});
    }
    apart += loss_of(*network, pool, one, {.gradients = false});
  }
  EXPECT_NEAR(loss_of(*network, pool, both, {.gradients = false}), apart, 1e-9);
}

// An adapter's base is multiplied as it is stored; full training decodes it first.
TEST(Backprop, AnEncodedBaseGivesTheLossOfItsDecodedNumbers) {
  ThreadPool pool(2);
  const TestModel test = make_test_model(pool, dtype_of<Q4_0>);
  const PackedBatch batch = make_test_batch({20}, 40, 7);
  auto full = Network<float>::full(test.model);
  auto adapter = Network<float>::low_rank(test.model, {.rank = 4});
  ASSERT_TRUE(full && adapter);
  EXPECT_FLOAT_EQ(static_cast<float>(loss_of(*full, pool, batch, {.gradients = false})),
                  static_cast<float>(loss_of(*adapter, pool, batch, {.gradients = false})));
}

TEST(Network, RefusesRanksAndTargetsThatMatricesDoNotHave) {
  ThreadPool pool(1);
  const TestModel test = make_test_model(pool);
  for (const int64_t rank : {0, -1, 17, 1 << 20}) {
    const auto network = Network<float>::low_rank(test.model, {.rank = rank});
    ASSERT_FALSE(network) << rank;
    EXPECT_EQ(network.error().kind, ErrorKind::kBadInput);
  }
  const auto network = Network<float>::low_rank(test.model, {.rank = 2, .targets = {"attn_q", "attention"}});
  ASSERT_FALSE(network);
  EXPECT_NE(network.error().message.find("attention"), std::string::npos);
}

}  // namespace
}  // namespace ondol
