// A model and its adapters become one file, which computes what they did together.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "measure/verify_written.h"
#include "model/adapter/merge.h"

namespace ondol {

struct MergeReport {
  int64_t n_tensors = 0, n_changed = 0;
  WrittenDivergence divergence;  // of the file from the model with its adapters
  double most_divergence = 0;    // what was allowed; infinite when a changed matrix is of a type coarser than F16
};

// Writes what plan_merge() says to `path` and compares it with `model` before it appears.  Fails as these do, as
// write_gguf() does, or with kRefused when the file does not compute what the model does.
//   options   `source` and `check` are set here
//   expected  verification_logits() of what the file has to compute; empty: of `model`
Result<MergeReport> merge_adapters(const std::string& path, const Checkpoint& base, const Model& model,
                                   std::span<const ScaledAdapter> adapters, std::optional<DType> type, ThreadPool& pool,
                                   WriteOptions options, std::span<const float> expected = {});

}  // namespace ondol
