// Adapters at work: a model whose products add them, its own weights untouched.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "model/adapter/adapter.h"
#include "model/model.h"

namespace ondol {

struct ScaledAdapter {
  std::string name;  // for errors
  Adapter adapter;
  float scale = 1;  // multiplies what the adapter adds, for sequences without a scale of their own
};

// From now on the model computes with these adapters, added in the order given, instead of those it had; none gives the
// base model again.  Takes memory for their numbers in f32.  Fails with kBadInput when one is for another family, names
// a matrix the model has not or has in another shape, or when a scale is not finite; with kOutOfMemory.  The model
// stays as it was then.
//   No engine, workspace or thread may use the model meanwhile, and those made before may not be used after.
Status apply_adapters(Model& model, std::span<const ScaledAdapter> adapters);

}  // namespace ondol
