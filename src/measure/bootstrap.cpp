#include "measure/bootstrap.h"

#include <algorithm>
#include <vector>

#include "base/random.h"

namespace ondol {
namespace {

constexpr int64_t kSamples = 2000;
constexpr uint64_t kSeed = 95;

}  // namespace

Interval bootstrap_interval(int64_t n_right, int64_t n_all) {
  SplitMix64 random(kSeed);
  std::vector<int64_t> counts(kSamples);
  for (int64_t& count : counts) {
    for (int64_t i = 0; i < n_all; ++i) count += random.below(n_all) < n_right;
  }
  std::sort(counts.begin(), counts.end());
  const auto share = [&](int64_t rank) {
    return static_cast<double>(counts[static_cast<size_t>(rank)]) / static_cast<double>(n_all);
  };
  return {share(kSamples / 40), share(kSamples - 1 - kSamples / 40)};
}

}  // namespace ondol
