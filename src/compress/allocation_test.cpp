#include "compress/allocation.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/random.h"

namespace ondol {
namespace {

using Tensors = std::vector<std::vector<TypeChoice>>;

int64_t bytes_of(const Tensors& tensors, const std::vector<size_t>& chosen) {
  int64_t bytes = 0;
  for (size_t t = 0; t < tensors.size(); ++t) bytes += tensors[t][chosen[t]].size_bytes;
  return bytes;
}
double loss_of(const Tensors& tensors, const std::vector<size_t>& chosen) {
  double loss = 0;
  for (size_t t = 0; t < tensors.size(); ++t) loss += tensors[t][chosen[t]].loss;
  return loss;
}

// The least loss within the budget, by trying all; infinity: nothing fits.
double least_loss(const Tensors& tensors, int64_t budget, size_t first = 0) {
  if (budget < 0) return std::numeric_limits<double>::infinity();
  if (first == tensors.size()) return 0;
  double least = std::numeric_limits<double>::infinity();
  for (const TypeChoice& choice : tensors[first]) {
    least = std::min(least, choice.loss + least_loss(tensors, budget - choice.size_bytes, first + 1));
  }
  return least;
}

Tensors random_tensors(SplitMix64& random) {
  Tensors tensors(2 + random.below(4));
  for (auto& choices : tensors) {
    choices.resize(1 + random.below(5));
    for (TypeChoice& choice : choices) {
      choice = {static_cast<int64_t>(1 + random.below(40)), static_cast<double>(random.below(1000)) / 1000};
    }
  }
  return tensors;
}

TEST(Allocation, StaysWithinTheBudgetAndFailsOnlyWhereNothingFits) {
  SplitMix64 random(1);
  for (int i = 0; i < 2000; ++i) {
    const Tensors tensors = random_tensors(random);
    const auto budget = static_cast<int64_t>(random.below(150));
    const auto chosen = allocate(tensors, budget);
    ASSERT_EQ(chosen.has_value(), least_loss(tensors, budget) < std::numeric_limits<double>::infinity());
    if (chosen) { ASSERT_LE(bytes_of(tensors, *chosen), budget); }
  }
}

TEST(Allocation, IsTheBestOfAllForMostBudgetsAndNearIt) {
  SplitMix64 random(2);
  int n = 0, n_best = 0;
  double lost = 0, all = 0;
  for (int i = 0; i < 2000; ++i) {
    const Tensors tensors = random_tensors(random);
    const auto budget = static_cast<int64_t>(random.below(150));
    const auto chosen = allocate(tensors, budget);
    if (!chosen) continue;
    const double least = least_loss(tensors, budget), loss = loss_of(tensors, *chosen);
    ASSERT_GE(loss, least - 1e-9);
    ++n;
    n_best += loss <= least + 1e-9 ? 1 : 0;
    lost += loss - least;
    all += least;
  }
  EXPECT_GT(n_best, n * 8 / 10);
  EXPECT_LT(lost, 0.05 * all);
}

TEST(Allocation, LeavesNoRoomThatAnyChoiceCouldUse) {
  SplitMix64 random(3);
  for (int i = 0; i < 2000; ++i) {
    const Tensors tensors = random_tensors(random);
    const auto budget = static_cast<int64_t>(random.below(150));
    const auto chosen = allocate(tensors, budget);
    if (!chosen) continue;
    const int64_t left = budget - bytes_of(tensors, *chosen);
    for (size_t t = 0; t < tensors.size(); ++t) {
      const TypeChoice& now = tensors[t][(*chosen)[t]];
      for (const TypeChoice& other : tensors[t]) {
        ASSERT_FALSE(other.loss < now.loss && other.size_bytes - now.size_bytes <= left);
      }
    }
  }
}

}  // namespace
}  // namespace ondol
