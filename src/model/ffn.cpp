#include "model/ffn.h"

#include <algorithm>

namespace ondol {

void add_ffn(Step& step, const FfnWeights& weights) {
  Workspace& work = step.work;
  const int64_t ffn_size = step.model.hp.ffn_size;
  const std::initializer_list<Product> gate_up = {{weights.gate, work.gate}, {weights.up, work.up}};
  multiply(step, make_input(step, work.input, step.n_tokens, gate_up), gate_up);
  for_each_token_block(step, step.n_tokens, [&](int64_t first, int64_t last) {
    const int64_t at = first * ffn_size;
    step.kernel.swiglu(work.gate + at, work.up + at, work.gate + at, (last - first) * ffn_size);
  });
  const std::initializer_list<Product> down = {{weights.down, work.result}};
  multiply(step, make_input(step, work.gate, step.n_tokens, down), down);
  add_result(step);
}

}  // namespace ondol
