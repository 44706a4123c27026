// Which sizes of models a device has room and time for: `ondol plan` without a model.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "measure/device.h"
#include "measure/fit.h"

namespace ondol {

// A published shape, and how it has to be stored and run to keep to a goal.
struct ShapeFit {
  std::string shape{}, type{};
  int64_t n_parameters = 0;
  int64_t file_bytes = 0;  // of its tensors
  KvType kv_type = KvType::kF16;
  int64_t context_length = 0;  // shorter than wanted where nothing else fits; 0: it does not fit at all
  int64_t needed_bytes = 0;
  double tokens_per_s = 0;  // decoding on a full context
};

// What is asked of the shapes.
struct ShapeWish {
  Goal goal{};
  int64_t context_length = 0;          // 0: default_context_length(), less where that does not fit
  std::optional<KvType> kv_type = {};  // nothing: the best that fits
  int n_threads = 1;
};

// All known_shapes(), smallest first: each in the largest type that keeps to the goal, with the best KV type that does.
Result<std::vector<ShapeFit>> fit_shapes(const Device& device, const ShapeWish& wish);

}  // namespace ondol
