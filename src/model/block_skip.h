// Block skips: a hidden state kept before some layer is mixed into that of a later one.
#pragma once

#include "model/sublayer.h"

namespace ondol {

// Keeps the residual stream and mixes the kept ones into it, as the layer's weights say.
// Cannot fail.  Called by one thread; splits tokens over the pool.   Source: Solar Pro's modeling_solar.py.
void skip_blocks(Step& step, const BlockSkipWeights& weights);

}  // namespace ondol
