// The feed-forward sublayer.
#pragma once

#include "model/sublayer.h"

namespace ondol {

// Adds down(silu(gate(x)) * up(x)) to the residual stream; x is work.input, normalised by the caller.
// Cannot fail.  Called by one thread; splits rows over the pool.   Source: Shazeer 2020 (GLU variants), equation 6.
void add_ffn(Step& step, const FfnWeights& weights);

}  // namespace ondol
