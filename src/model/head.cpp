#include "model/head.h"

#include <algorithm>

#include "base/checked_math.h"

namespace ondol {
namespace {

// One panel in three, taken at random, costs 31 % of the head, one in two 86 % (1B shape, Q6_K, two threads).
constexpr int64_t kWorthSkipping = 2;

// What is left to do for logits [n] once they are multiplied.
void finish(const Step& step, float* logits, int64_t n) {
  const Hyperparameters& hp = step.model.hp;
  if (hp.logit_scale != 1) step.kernel.scale(logits, hp.logit_scale, n);
  if (hp.final_soft_cap > 0) step.kernel.soft_cap(logits, hp.final_soft_cap, n);
}

// The rows some token allows, or none when reading them all is as well.
std::span<const Rows> allowed_rows(Step& step) {
  const auto uses = step.batch.logit_uses;
  const auto is_any_allowed = [&](int64_t panel) {
    return std::any_of(uses.begin(), uses.end(), [&](const LogitUse& use) { return has_allowed(use.allowed, panel); });
  };
  if (uses.empty() || std::any_of(uses.begin(), uses.end(), [](const LogitUse& use) { return use.allowed.empty(); })) {
    return {};
  }
  const WeightView& head = step.model.output.matrix;
  const int64_t n_panels = divide_up(head.n_rows, kPanelRows);
  int64_t n_wanted = 0;
  for (int64_t panel = 0; panel < n_panels; ++panel) n_wanted += is_any_allowed(panel) ? 1 : 0;
  if (n_wanted == 0 || n_wanted * kWorthSkipping > n_panels) return {};
  const int64_t max_rows = rows_per_piece(head, 1, step.pool.n_threads());
  return collect_panels(head.n_rows, max_rows, step.work.head_rows, is_any_allowed);
}

}  // namespace

void multiply_head(Step& step, const ProductInput& input, float* logits) {
  const Hyperparameters& hp = step.model.hp;
  multiply(step, input, {{step.model.output, logits}});
  if (hp.logit_scale == 1 && hp.final_soft_cap == 0) return;
  constexpr int64_t kPiece = 1 << 14;
  const int64_t n = input.n_tokens * hp.vocab_size;
  step.pool.for_each(divide_up(n, kPiece), [&](int64_t piece, int) {
    finish(step, logits + piece * kPiece, std::min(kPiece, n - piece * kPiece));
  });
}

void multiply_head(Step& step, const ProductInput& input, std::span<const Rows> rows, float* logits) {
  const Product head{step.model.output, logits};
  step.pool.for_each(std::ssize(rows), [&](int64_t i, int thread) {
    const Rows part = rows[static_cast<size_t>(i)];
    multiply_rows(step, input, head, part, thread);
    for (int64_t t = 0; t < input.n_tokens; ++t) {
      finish(step, logits + t * head.w.matrix.n_rows + part.begin, part.end - part.begin);
    }
  });
}

void write_logits(Step& step, float* logits) {
  const Hyperparameters& hp = step.model.hp;
  const auto n_rows = static_cast<int64_t>(step.batch.logit_tokens.size());
  if (n_rows == 0) return;
  // The head's rows are those tokens only; each stands at or behind its row.
  for (int64_t row = 0; step.work.adapter_scales != nullptr && row < n_rows; ++row) {
    step.work.adapter_scales[row] = step.work.adapter_scales[step.batch.logit_tokens[static_cast<size_t>(row)]];
  }
  for_each_token_block(step, n_rows, [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row) {
      const float* hidden = step.work.hidden + step.batch.logit_tokens[static_cast<size_t>(row)] * hp.hidden_size;
      normalize_row(step, step.model.output_norm, hidden, step.work.input + row * hp.hidden_size, hp.hidden_size);
    }
  });

  const auto allowed = allowed_rows(step);
  const bool one_best =
      allowed.empty() && n_rows == 1 && !step.batch.logit_uses.empty() && step.batch.logit_uses[0].highest_only;
  if (one_best) return step.work.greedy_head.write(step, logits);
  const ProductInput input = make_input(step, step.work.input, n_rows, {{step.model.output, logits}});
  if (!allowed.empty()) return multiply_head(step, input, allowed, logits);
  multiply_head(step, input, logits);
}

}  // namespace ondol
