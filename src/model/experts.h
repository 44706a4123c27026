// The mixture-of-experts sublayer.
#pragma once

#include "model/sublayer.h"

namespace ondol {

// work.result = the sum of each token's best experts, expert(x) = down(activation(gate(x)) * up(x)), each times its
// share; x is work.input.  A token's experts are summed from the likeliest on, so its result does not depend on its
// neighbours. Cannot fail.  Called by one thread; splits its loops over the pool. Source: Jiang et al. 2024 (Mixtral),
// section 2.1.
void run_experts(Step& step, const ExpertsWeights& weights);

}  // namespace ondol
