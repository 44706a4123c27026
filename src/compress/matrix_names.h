// MatrixNames: which tensor of a file a matrix seen by a ProductObserver is.
#pragma once

#include <unordered_map>

#include "format/checkpoint.h"
#include "kernel/kernels.h"

namespace ondol {

// The checkpoint outlives it, and the model was loaded from it with LoadOptions::low_memory.
class MatrixNames {
 public:
  explicit MatrixNames(const Checkpoint& checkpoint) {
    for (const NamedTensor& tensor : checkpoint.tensors) tensors_.emplace(tensor.view.data, &tensor);
  }

  // Null for a matrix that begins inside a tensor: k and v in one with q, which read what q reads.
  const NamedTensor* find(const WeightView& matrix) const {
    const auto found = tensors_.find(matrix.data);
    return found == tensors_.end() ? nullptr : found->second;
  }

 private:
  std::unordered_map<const void*, const NamedTensor*> tensors_;
};

}  // namespace ondol
