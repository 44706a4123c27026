// The attention sublayer.
#pragma once

#include "model/sublayer.h"

namespace ondol {

// Adds one layer's attention to the residual stream.
//   work.hidden  [n_tokens, hidden]  normalised by the caller into work.input
//   batch.runs   keys and values of this step's tokens are appended to their caches
// Cannot fail: shapes were checked when the model was loaded.  Called by one thread; splits heads over the pool.
// Source: Ainslie et al. 2023 (grouped-query attention), section 2.
void add_attention(Step& step, const AttentionWeights& weights, int layer);

}  // namespace ondol
