#include "model/ffn.h"

#include <algorithm>

#include "base/checked_math.h"

namespace ondol {
namespace {

// work.gate = activation(gate(x)) * up(x), rows of all three together, so that the first two are still in the cache.
void widen_gated(Step& step, const FfnWeights& weights) {
  Workspace& work = step.work;
  const Product gate{weights.gate, work.gate}, up{weights.up, work.up};
  const ProductInput input = make_input(step, work.input, step.n_tokens, {gate, up});
  const int64_t n_rows = weights.ffn_size;
  const int64_t piece_rows = rows_per_piece(weights.gate.matrix, step.n_tokens, step.pool.n_threads());
  step.pool.for_each(divide_up(n_rows, piece_rows), [&](int64_t piece, int thread) {
    const Rows rows{piece * piece_rows, std::min(n_rows, (piece + 1) * piece_rows)};
    multiply_rows(step, input, gate, rows, thread);
    multiply_rows(step, input, up, rows, thread);
    for (int64_t t = 0; t < step.n_tokens; ++t) {
      const int64_t at = t * n_rows + rows.begin;
      step.kernel.gate(weights.options.activation, work.gate + at, work.up + at, work.gate + at, rows.end - rows.begin);
    }
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
