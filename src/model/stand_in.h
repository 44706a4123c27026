// Stand-in weights: a model's sizes and types with numbers that mean nothing, so that its steps can be timed without
// reading, or even having, its file.
#pragma once

#include "base/thread_pool.h"
#include "model/model.h"

namespace ondol {

// The first `n_layers` layers of a model of which `outline` is an outline, with its head: weights of 16 rows that
// differ, repeated, in the layout the outline names, and ones for all other numbers.  Token ids below 16 have an
// embedding; where it is not the head there are no others.  Fails with kOutOfMemory.
Result<Model> stand_in_model(const Model& outline, int n_layers, ThreadPool& pool);

// Bytes it allocates for that.
int64_t stand_in_bytes(const Model& outline, int n_layers);

}  // namespace ondol
