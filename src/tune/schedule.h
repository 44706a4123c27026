// The learning rate of each step: a linear warm-up, then a fall along a cosine or a line, or none.
#pragma once

#include <cstdint>

namespace ondol {

struct Schedule {
  enum class Kind { kCosine, kLinear, kConstant };
  Kind kind = Kind::kCosine;
  double learning_rate = 1e-4;  // at the end of the warm-up
  double final_share = 0.1;     // of it, that is left after the last step; not for kConstant
  int64_t warmup_steps = 0;     // to a Trainer -1 says 3 % of all
  int64_t n_steps = 1;

  // Of step 0 <= step < n_steps.
  double at(int64_t step) const;
};

}  // namespace ondol
