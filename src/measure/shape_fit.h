// Which sizes of models a device has room and time for: `ondol plan` without a model.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "measure/device.h"
#include "measure/fit.h"

namespace ondol {

// A published shape in the largest type that keeps to the goal, or in the smallest one where none does.
struct ShapeFit {
  std::string shape, type;
  int64_t n_parameters = 0;
  int64_t file_bytes = 0;  // of its tensors
  int64_t needed_bytes = 0;
  double tokens_per_s = 0;  // decoding on a full context
  int64_t context_length = 0;
  bool fits = false;
  std::vector<Fit> longest{};  // contexts, for each KV type
};

// All known_shapes(), smallest first, each on a context of `context_length` (0: default_context_length(), at most the
// shape's own).
Result<std::vector<ShapeFit>> fit_shapes(const Device& device, const Goal& goal, int64_t context_length, KvType kv_type,
                                         int n_threads);

}  // namespace ondol
