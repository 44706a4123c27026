// How far a share found in a sample may be off, by drawing the sample anew from itself.
// Source: Efron 1979, "Bootstrap methods: another look at the jackknife"; the percentile interval.
#pragma once

#include <cstdint>

namespace ondol {

struct Interval {
  double low = 0, high = 0;
};

// The 95 % interval of n_right / n_all (n_all at least 1), from 2000 samples of a fixed seed.
Interval bootstrap_interval(int64_t n_right, int64_t n_all);

}  // namespace ondol
