#include "tune/data/epoch_order.h"

#include <numeric>
#include <utility>

#include "base/random.h"

namespace ondol {

std::vector<int64_t> epoch_order(int64_t n_examples, uint64_t seed, int64_t epoch) {
  std::vector<int64_t> order(static_cast<size_t>(n_examples));
  std::iota(order.begin(), order.end(), int64_t{0});
  // Seeds that differ by a little must not share orders one epoch apart, so the epoch is mixed into a hashed seed.
  SplitMix64 random(SplitMix64(seed).next() + static_cast<uint64_t>(epoch));
  for (int64_t i = n_examples - 1; i > 0; --i) {
    std::swap(order[static_cast<size_t>(i)], order[static_cast<size_t>(random.below(i + 1))]);
  }
  return order;
}

}  // namespace ondol
