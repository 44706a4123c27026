// What a tensor type loses: the mean squared error of weights drawn from a known distribution, encoded and decoded.
//
// Gaussian weights are the yardstick of the literature, for the least that b bits can lose is known: 4^-b of the
// variance (Shannon's rate-distortion function).  Student-t with 5 degrees of freedom has the heavy tails that real
// matrices have.  Neither says what a model loses; `ondol eval --against` does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/thread_pool.h"

namespace ondol {

struct Distortion {
  std::string type;
  double bits_per_weight;  // scales included
  // Mean squared error over the mean square of the weights.
  double gaussian, student_t;

  // The Gaussian error over the least that any code of as many bits has.
  double times_least() const;
};

// Every quantised type, fewest bits first, on n_rows rows of 512 weights that are the same on every machine.
std::vector<Distortion> measure_distortion(int64_t n_rows, ThreadPool& pool);

}  // namespace ondol
