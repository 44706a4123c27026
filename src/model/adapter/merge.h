// Merging: a model file in which adapters have become weights.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "format/checkpoint.h"
#include "format/tensor_writer.h"
#include "model/adapter/apply_adapters.h"

namespace ondol {

// A GGUF file that is to be written.
struct MergePlan {
  Metadata metadata;
  std::vector<TensorToWrite> tensors;  // their rows are made when they are written
  int64_t n_changed = 0;               // tensors that are not the base file's
  // All of those are: nothing but rounding to that type lies between them and the adapters.
  bool is_f32_or_f16 = true;
};

// What to write so that W + scale * B A stands for every matrix the adapters name, in the matrix's own type or, with
// `type`, as storage_type() says; all other tensors byte for byte, metadata kept.  A head that is the embedding becomes
// a tensor of its own when it is adapted.
//   base   the opened GGUF file of `model`, to which apply_adapters() gave `adapters`; both, and the pool, outlive the
//   plan
// Fails with kUnsupported when a matrix has a scale of its own (BitNet's).  Writing needs memory for some rows a
// thread.
Result<MergePlan> plan_merge(const Checkpoint& base, const Model& model, std::span<const ScaledAdapter> adapters,
                             std::optional<DType> type, ThreadPool& pool);

}  // namespace ondol
