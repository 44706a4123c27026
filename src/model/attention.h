// The attention sublayer.
#pragma once

#include "model/sublayer.h"

namespace ondol {

// work.result = one layer's attention of work.input [n_tokens, hidden].
//   batch.runs   keys and values of this step's tokens are appended to their caches
// Cannot fail: shapes were checked when the model was loaded.  Called by one thread; splits heads over the pool.
// Source: Ainslie et al. 2023 (grouped-query attention), section 2.
void run_attention(Step& step, const AttentionWeights& weights, int layer);

}  // namespace ondol
