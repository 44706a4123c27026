// Merging: a model file in which adapters have become weights.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/thread_pool.h"
#include "format/checkpoint.h"
#include "format/tensor_writer.h"
#include "model/adapter/apply_adapters.h"

namespace ondol {

struct Merged {
  int64_t n_changed = 0;      // tensors that are not the base file's
  bool is_f32_or_f16 = true;  // all of those: nothing but rounding to that type lies between them and the adapters
};

// Writes `path`: W + scale * B A for every matrix the adapters name, in the matrix's own type or, with `type`, as
// storage_type() says; all other tensors byte for byte, metadata kept.  A head that is the embedding becomes a tensor
// of its own when it is adapted.
//   base      the opened GGUF file of `model`, to which apply_adapters() gave `adapters`
//   options   `source` is set here
// Fails as write_gguf() does, and with kUnsupported when a matrix has a scale of its own (BitNet's).  Needs memory for
// some rows a thread.
Result<Merged> write_merged(const std::string& path, const Checkpoint& base, const Model& model,
                            std::span<const ScaledAdapter> adapters, std::optional<DType> type, ThreadPool& pool,
                            WriteOptions options);

}  // namespace ondol
