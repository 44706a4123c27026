// The feed-forward sublayer.
#pragma once

#include "model/sublayer.h"

namespace ondol {

// work.result = down(activation(gate(x)) * up(x)), or without a gate down(activation(up(x))); x is work.input.
// Cannot fail.  Called by one thread; splits rows over the pool.   Source: Shazeer 2020 (GLU variants), equation 6.
void run_ffn(Step& step, const FfnWeights& weights);

}  // namespace ondol
