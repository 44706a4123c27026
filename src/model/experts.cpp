// Tokens are sorted by expert, so that each expert's matrices are read once for all its tokens and many tokens meet the
// many-token product.  An expert's tokens begin at a tile of the kernels, so they are an input of their own.
#include "model/experts.h"

#include <algorithm>
#include <cmath>

#include "base/checked_math.h"

namespace ondol {
namespace {

// Chooses each token's experts, likeliest first, the lower number first among equals, and their shares.
void route(Step& step, const ExpertsWeights& weights) {
  const Hyperparameters& hp = step.model.hp;
  ExpertsWork& work = step.work.experts;
  const std::initializer_list<Product> router = {{weights.router, work.logits}};
  multiply(step, make_input(step, step.work.input, step.n_tokens, router), router);
  for_each_token_block(step, step.n_tokens, [&](int64_t first, int64_t last) {
    for (int64_t t = first; t < last; ++t) {
      const float* logits = work.logits + t * hp.n_experts;
      int32_t* chosen = work.chosen + t * hp.n_experts_used;
      float* share = work.share + t * hp.n_experts_used;
      for (int j = 0; j < hp.n_experts_used; ++j) {
        int32_t best = -1;
        for (int32_t expert = 0; expert < hp.n_experts; ++expert) {
          if (std::find(chosen, chosen + j, expert) != chosen + j) continue;
          if (best < 0 || logits[expert] > logits[best]) best = expert;
        }
        chosen[j] = best;
      }
      const auto weight = [&](int64_t expert) {
        return std::exp(static_cast<double>(logits[expert] - logits[chosen[0]]));
      };
      double sum = 0;
      if (hp.expert_shares_sum_to_one) {
        for (int j = 0; j < hp.n_experts_used; ++j) sum += weight(chosen[j]);
      } else {
        for (int64_t expert = 0; expert < hp.n_experts; ++expert) sum += weight(expert);
      }
      for (int j = 0; j < hp.n_experts_used; ++j) {
        share[j] = static_cast<float>(weight(chosen[j]) / sum) * hp.expert_share_scale;
      }
    }
  });
}

// Gives every chosen expert of every token a row; rows of one expert stand together and begin at a tile.
int group_tokens(Step& step) {
  const Hyperparameters& hp = step.model.hp;
  ExpertsWork& work = step.work.experts;
  const int64_t n_chosen = step.n_tokens * hp.n_experts_used;
  std::fill_n(work.n_rows, hp.n_experts, 0);
  for (int64_t i = 0; i < n_chosen; ++i) ++work.n_rows[work.chosen[i]];
  int n_groups = 0;
  int64_t next = 0;
  for (int32_t expert = 0; expert < hp.n_experts; ++expert) {
    const int64_t n = work.n_rows[expert];
    work.n_rows[expert] = next;  // from here on the expert's next free row
    if (n == 0) continue;
    work.groups[n_groups++] = {expert, next, n};
    next += round_up(n, step.kernel.token_tile);
  }
  for (int64_t i = 0; i < n_chosen; ++i) {
    const int64_t row = work.n_rows[work.chosen[i]]++;
    work.row[i] = row;
    work.token[row] = i / hp.n_experts_used;
  }
  return n_groups;
}

// Rows of a group as input of products; `x` holds the rows of all groups.
ProductInput group_input(const ExpertsWork& work, const ExpertGroup& group, const float* x, int64_t n_cols) {
  ProductInput input{
      .x = x + group.first_row * n_cols, .by_32 = work.by_32, .by_256 = work.by_256, .n_tokens = group.n_rows};
  for (Q8Activations* q8 : {&input.by_32, &input.by_256}) {
    q8->q += group.first_row * n_cols;
    q8->scale += group.first_row * (n_cols / kGroup);
    q8->sum += group.first_row * (n_cols / kGroup);
    q8->n_tokens = group.n_rows;
    q8->n_cols = n_cols;
  }
  return input;
}

void quantize_group(Step& step, std::initializer_list<const ExpertMatrices*> matrices, const ProductInput& input) {
  for (const Q8Activations* q8 : {&input.by_32, &input.by_256}) {
    const bool wanted = std::any_of(matrices.begin(), matrices.end(), [q8](const ExpertMatrices* m) {
      return m->first.dtype.info().activation_scale_every == q8->scale_every;
    });
    if (wanted) step.kernel.quantize(input.x, *q8, 0, input.n_tokens);
  }
}

struct GroupProduct {
  const ExpertMatrices& w;
  float* y;  // the rows of all groups
};

// Every group's products with its expert's matrices, all of one shape; rows are shared over the threads.
void multiply_groups(Step& step, int n_groups, const float* x, std::initializer_list<GroupProduct> products) {
  const ExpertsWork& work = step.work.experts;
  const WeightView& shape = products.begin()->w.first;
  if (step.work.observer != nullptr) {
    for (const GroupProduct& product : products) {
      for (const ExpertGroup& group : std::span(work.groups, static_cast<size_t>(n_groups))) {
        step.work.observer->see(product.w.first, group.expert, x + group.first_row * shape.n_cols, group.n_rows);
      }
    }
  }
  const int64_t tokens_per_group = divide_up(step.n_tokens * step.model.hp.n_experts_used, n_groups);
  const int64_t piece_rows = rows_per_piece(shape, tokens_per_group, step.pool.n_threads());
  const int64_t n_blocks = divide_up(shape.n_rows, piece_rows);
  const auto n_products = static_cast<int64_t>(products.size());
  step.pool.for_each(n_groups * n_products * n_blocks, [&](int64_t piece, int thread) {
    const ExpertGroup& group = work.groups[piece / (n_products * n_blocks)];
    const GroupProduct& product = products.begin()[piece / n_blocks % n_products];
    const WeightView w = product.w.expert(group.expert);
    const int64_t first = piece % n_blocks * piece_rows;
    const Rows rows{first, std::min(w.n_rows, first + piece_rows)};
    float* y = product.y + group.first_row * w.n_rows;
    multiply_rows(step, group_input(work, group, x, w.n_cols), w, y, rows, thread);
    if (product.w.bias == nullptr) return;
    const float* bias = product.w.bias + group.expert * w.n_rows;
    for (int64_t row = 0; row < group.n_rows; ++row) {
      step.kernel.add(y + row * w.n_rows + rows.begin, bias + rows.begin, 1, rows.end - rows.begin);
    }
  });
}

void activate_group(Step& step, const Experts& options, const ExpertGroup& group, int64_t ffn_size) {
  float* gate = step.work.experts.gate + group.first_row * ffn_size;
  const float* up = step.work.experts.up + group.first_row * ffn_size;
  const int64_t n = group.n_rows * ffn_size;
  if (options.clamp > 0) step.kernel.clamped_gate(gate, up, options.clamp, gate, n);
  else step.kernel.gate(options.activation, gate, up, gate, n);
}

// work.result = each token's rows, times their shares
void add_up(Step& step) {
  const int64_t n = step.model.hp.hidden_size, n_used = step.model.hp.n_experts_used;
  const ExpertsWork& work = step.work.experts;
  for_each_token_block(step, step.n_tokens, [&](int64_t first, int64_t last) {
    for (int64_t t = first; t < last; ++t) {
      float* result = step.work.result + t * n;
      std::fill_n(result, n, 0.0f);
      for (int64_t i = t * n_used; i < (t + 1) * n_used; ++i) {
        step.kernel.add(result, work.rows + work.row[i] * n, work.share[i], n);
      }
    }
  });
}

}  // namespace

WeightView ExpertMatrices::expert(int64_t number) const {
  WeightView view = first;
  view.data += number * first.size_bytes();
  return view;
}

void run_experts(Step& step, const ExpertsWeights& weights) {
  const int64_t hidden_size = step.model.hp.hidden_size, ffn_size = weights.up.first.n_rows;
  const ExpertsWork& work = step.work.experts;
  route(step, weights);
  const int n_groups = group_tokens(step);
  const auto for_each_group = [&](auto&& body) {
    step.pool.for_each(n_groups, [&](int64_t i, int) { body(work.groups[i]); });
  };
  for_each_group([&](const ExpertGroup& group) {
    for (int64_t row = group.first_row; row < group.first_row + group.n_rows; ++row) {
      std::copy_n(step.work.input + work.token[row] * hidden_size, hidden_size, work.rows + row * hidden_size);
    }
    quantize_group(step, {&weights.gate, &weights.up}, group_input(work, group, work.rows, hidden_size));
  });
  multiply_groups(step, n_groups, work.rows, {{weights.gate, work.gate}, {weights.up, work.up}});
  for_each_group([&](const ExpertGroup& group) {
    activate_group(step, weights.options, group, ffn_size);
    quantize_group(step, {&weights.down}, group_input(work, group, work.gate, ffn_size));
  });
  multiply_groups(step, n_groups, work.gate, {{weights.down, work.rows}});
  add_up(step);
}

}  // namespace ondol
