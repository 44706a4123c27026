// The exact path: weights decoded to f32, activations left in f32, nothing quantised on the way.
#pragma once

#include "kernel/kernels.h"

namespace ondol {

// kernels() with every product replaced by one over decoded weights; slow, for measuring what the fast path loses.
const Kernels& exact_kernels();

}  // namespace ondol
