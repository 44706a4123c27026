// DecodedModel: all numbers of a model as F32 in memory, for trying types on and for training.
#pragma once

#include <memory>
#include <vector>

#include "base/thread_pool.h"
#include "model/import/imported_model.h"

namespace ondol {

struct DecodedModel {
  Checkpoint checkpoint;                                       // its tensors are views of `numbers`
  std::vector<std::shared_ptr<std::vector<uint8_t>>> numbers;  // [tensors] f32
};

// Takes four bytes a weight.  Fails with kOutOfMemory before allocating, or kIo when a file changed meanwhile.
Result<DecodedModel> decode_model(const ImportedModel& original, ThreadPool& pool);

// Row `row` of a tensor as numbers, out [n_cols].
void read_row(const ImportedTensor& tensor, int64_t row, float* out);

}  // namespace ondol
