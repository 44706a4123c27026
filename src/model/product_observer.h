// ProductObserver: sees what every matrix of a model is multiplied with.  For calibration; a step without one pays for
// a null pointer.
#pragma once

#include <cstdint>

#include "kernel/kernels.h"

namespace ondol {

class ProductObserver {
 public:
  virtual ~ProductObserver() = default;

  // `x` [n_tokens, matrix.n_cols] is about to be multiplied by `matrix`, before anything is quantised.  Of experts the
  // matrix is the first one's, and `expert` says whose the product is; else `expert` is 0.  Called by the thread that
  // called forward().
  virtual void see(const WeightView& matrix, int64_t expert, const float* x, int64_t n_tokens) = 0;
};

}  // namespace ondol
