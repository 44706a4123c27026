// Repair: what quantising or pruning lost is partly won back by training, without a byte more.
//
// The weights go on learning from the model they were (self-distillation: the KL divergence of its next tokens from
// theirs) while every pass computes with the weights as their types will store them.
// Source: Liu et al. 2023 (LLM-QAT); the straight-through estimator, Bengio et al. 2013.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "base/thread_pool.h"
#include "model/import/imported_model.h"
#include "tune/data/example.h"

namespace ondol {

struct RepairOptions {
  int64_t n_steps = 200;
  int64_t step_tokens = 4096;
  double learning_rate = 3e-4;
  uint64_t seed = 1;
};

// How a tensor of the file will be stored.
struct StoredAs {
  DType type;
  std::span<const float> importance;  // as encode_rows()
};

// `step` of `n_steps` is done, at a loss of `divergence` nats.
using RepairReport = std::function<void(int64_t step, int64_t n_steps, double divergence)>;

// The tensors of `start`, a model made of the original and with its vocabulary, moved as F32 so that stored as
// `stored_as` (of start's tensors by index) they predict what the original does on `examples`.  Fails with kUnsupported
// for models that cannot be trained (experts), kBadInput when the training diverges, kOutOfMemory or kInterrupted.
Result<ImportedModel> repair(const ImportedModel& original, const ImportedModel& start, const std::string& name,
                             const std::function<StoredAs(size_t tensor)>& stored_as, std::span<const Example> examples,
                             const RepairOptions& options, ThreadPool& pool, const RepairReport& report);

}  // namespace ondol
