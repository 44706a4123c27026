// What tells one model from another wherever its numbers are kept for later.
#pragma once

#include "base/sha256.h"
#include "model/model.h"

namespace ondol {

// A digest of the model's metadata (vocabulary and all), the types and shapes of its matrices, its norms, three rows of
// each matrix, and its adapters: what any training or requantising changes.  Reading all weights would cost as much as
// loading them. The same for either layout of the file.
Digest model_identity(const Model& model);

}  // namespace ondol
