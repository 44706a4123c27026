#include "model/block_skip.h"

#include <algorithm>

namespace ondol {

void skip_blocks(Step& step, const BlockSkipWeights& weights) {
  const int64_t n = step.model.hp.hidden_size;
  for_each_token_block(step, step.n_tokens, [&](int64_t first, int64_t last) {
    const int64_t size = (last - first) * n;
    float* hidden = step.work.hidden + first * n;
    for (int i = 0; i < 2; ++i) {
      if (weights.keeps[i]) std::copy_n(hidden, size, step.work.kept[i] + first * n);
    }
    // hidden = shares[0] * kept + shares[1] * hidden
    for (int i = 0; i < 2; ++i) {
      if (!weights.mixes[i]) continue;
      step.kernel.scale(hidden, weights.shares[1], size);
      step.kernel.add(hidden, step.work.kept[i] + first * n, weights.shares[0], size);
    }
  });
}

}  // namespace ondol
