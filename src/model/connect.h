// From tensors by name to what forward() reads: norms, sublayers and rotations of every layer.
#pragma once

#include "model/weight_arena.h"

namespace ondol {

// Fills the views of `model`, whose family and hyperparameters are set, with places in the arena.  What is absent there
// is left empty, and so is not done.
void connect(const WeightArena& arena, Model& model);

}  // namespace ondol
