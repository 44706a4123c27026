// The order in which an epoch goes through the examples.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ondol {

// The numbers 0 … n_examples - 1 in an order that depends on seed and epoch alone, on every machine; each order is
// equally likely.  Source: Durstenfeld 1964 (the Fisher-Yates shuffle).
std::vector<int64_t> epoch_order(int64_t n_examples, uint64_t seed, int64_t epoch);

}  // namespace ondol
