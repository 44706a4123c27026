#include "model/ffn.h"

namespace ondol {
namespace {

// work.gate = activation(gate(x)) * up(x)
void widen_gated(Step& step, const FfnWeights& weights) {
  Workspace& work = step.work;
  const std::initializer_list<Product> gate_up = {{weights.gate, work.gate}, {weights.up, work.up}};
  multiply(step, make_input(step, work.input, step.n_tokens, gate_up), gate_up);
  for_each_token_block(step, step.n_tokens, [&](int64_t first, int64_t last) {
    const int64_t at = first * weights.ffn_size;
    step.kernel.gate(weights.options.activation, work.gate + at, work.up + at, work.gate + at,
                     (last - first) * weights.ffn_size);
  });
}

// work.gate = activation(up(x))
void widen_plain(Step& step, const FfnWeights& weights) {
  Workspace& work = step.work;
  const std::initializer_list<Product> up = {{weights.up, work.gate}};
  multiply(step, make_input(step, work.input, step.n_tokens, up), up);
  for_each_token_block(step, step.n_tokens, [&](int64_t first, int64_t last) {
    float* wide = work.gate + first * weights.ffn_size;
    step.kernel.activate(weights.options.activation, wide, wide, (last - first) * weights.ffn_size);
  });
}

}  // namespace

void run_ffn(Step& step, const FfnWeights& weights) {
  Workspace& work = step.work;
  if (weights.gate) widen_gated(step, weights);
  else widen_plain(step, weights);
  normalize_in_place(step, weights.down_norm, work.gate, weights.ffn_size);
  const std::initializer_list<Product> down = {{weights.down, work.result}};
  multiply(step, make_input(step, work.gate, step.n_tokens, down), down);
}

}  // namespace ondol
