// Losses of a batch's targets, each with its gradient by the logits.
#pragma once

#include "tune/backprop.h"

namespace ondol {

// The sum of -log softmax(logits)[next] over the targets.
template <class T>
RowLoss<T> label_loss(Compute<T>& compute, const PackedBatch& batch, int64_t vocab_size);

}  // namespace ondol
