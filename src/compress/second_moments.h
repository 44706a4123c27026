// Second moments: what each matrix is multiplied with in a field's text, each input with each: the sum of x x^T.
//
// An error E in a matrix adds E x to its output, so the expected square of what quantising does to the output is the
// sum over rows e of E of e H e^T, with H the mean of x x^T.  Importance (compress/importance.h) is H's diagonal.
// Source: Hassibi and Stork 1993 (Optimal Brain Surgeon); layer by layer, Frantar and Alistarh 2022.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "compress/calibrate.h"

namespace ondol {

struct SecondMoment {
  int64_t n_cols = 0;
  int64_t n_tokens = 0;
  std::vector<float> sums;  // [n_cols, n_cols], symmetric
};

// By the tensor's name; matrices that read the same share one.
using SecondMoments = std::map<std::string, std::shared_ptr<const SecondMoment>>;

// Reads `examples` as calibrate() does.  Leaves out experts, and matrices for which there are no bytes left of
// `max_bytes`.  Fails as calibrate() does.
Result<SecondMoments> measure_second_moments(const Model& model, const Checkpoint& checkpoint, ThreadPool& pool,
                                             std::span<const Example> examples, const CalibrateOptions& options,
                                             int64_t max_bytes,
                                             const std::function<void(int64_t n_done, int64_t n_all)>& report);

}  // namespace ondol
