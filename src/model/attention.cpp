#include "model/attention.h"

#include <algorithm>

#include "base/checked_math.h"

namespace ondol {
namespace {

// Normalises heads of q or k [n_heads, head_dim] in place: each with its own part of the weights, where there is one
// for each; or all together.
void normalize_heads(const Step& step, const NormWeights& norm, int64_t norm_size, QkNorm span, float* x, int n_heads) {
  const int64_t head_dim = step.model.hp.head_dim;
  if (span == QkNorm::kRow) return normalize_row(step, norm, x, x, n_heads * head_dim);
  for (int head = 0; head < n_heads; ++head) {
    const NormWeights own{norm.weight + (norm_size > head_dim ? head * head_dim : 0)};
    normalize_row(step, own, x + head * head_dim, x + head * head_dim, head_dim);
  }
}

// Normalises and rotates each token's q and k, and stores k and v in their cache.
void prepare_and_store(Step& step, const AttentionWeights& weights, int layer) {
  const Hyperparameters& hp = step.model.hp;
  Workspace& work = step.work;
  const bool interleaved = weights.options.rope == Rope::kInterleaved;
  const float* rope = weights.rope_table < 0 ? nullptr : work.rope[weights.rope_table];
  int64_t run_start = 0;
  for (const Batch::Run& run : step.batch.runs) {
    for_each_token_block(step, run.n_tokens, [&](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; ++i) {
        const int64_t t = run_start + i;
        float* q = work.q + t * weights.n_heads * hp.head_dim;
        float* k = work.k + t * weights.n_kv_heads * hp.head_dim;
        const float* v = work.v + t * weights.n_kv_heads * hp.head_dim;
        const QkNorm span = weights.options.qk_norm;
        if (weights.q_norm) normalize_heads(step, weights.q_norm, weights.q_norm_size, span, q, weights.n_heads);
        if (weights.k_norm) normalize_heads(step, weights.k_norm, weights.k_norm_size, span, k, weights.n_kv_heads);
        if (rope != nullptr) {
          const float* cos = rope + t * hp.rope_dims;
          const float* sin = cos + hp.rope_dims / 2;
          step.kernel.rope(q, weights.n_heads, hp.head_dim, hp.rope_dims, cos, sin, interleaved);
          step.kernel.rope(k, weights.n_kv_heads, hp.head_dim, hp.rope_dims, cos, sin, interleaved);
        }
        const int64_t page = work.positions[t] / kPageLength;
        const int slot = work.positions[t] % kPageLength;
        for (int head = 0; head < weights.n_kv_heads; ++head) {
          step.kernel.store_kv(run.cache.type, k + head * hp.head_dim, v + head * hp.head_dim, hp.head_dim, slot,
                               run.cache.keys(page, layer, head), run.cache.values(page, layer, head));
        }
      }
    });
    run_start += run.n_tokens;
  }
}

// Tokens of one run and one kv head: the piece of work a thread takes.
constexpr int64_t kTokensPerPiece = 16;

void attend_piece(Step& step, const AttentionWeights& weights, const Batch::Run& run, int64_t run_start, int layer,
                  int kv_head, int64_t first, int64_t last, int thread) {
  const Hyperparameters& hp = step.model.hp;
  Workspace& work = step.work;
  const int n_group = weights.n_heads / weights.n_kv_heads;
  const int64_t stride = int64_t{weights.n_heads} * hp.head_dim;
  const int64_t first_seen = weights.window > 0 ? run.first_position + first - weights.window + 1 : 0;
  const int64_t n_pages = divide_up(run.first_position + last, kPageLength);
  const uint8_t** keys = work.pages + thread * 2 * work.max_pages;
  const uint8_t** values = keys + work.max_pages;
  for (int64_t page = std::max<int64_t>(0, first_seen) / kPageLength; page < n_pages; ++page) {
    keys[page] = run.cache.keys(page, layer, kv_head);
    values[page] = run.cache.values(page, layer, kv_head);
  }
  const int64_t t = run_start + first;
  const int64_t head_offset = int64_t{kv_head} * n_group * hp.head_dim;
  const AttentionInput in{
      .q = work.q + t * stride + head_offset,
      .token_stride = stride,
      .n_tokens = last - first,
      .n_group = n_group,
      .position = work.positions + t,
      .keys = keys,
      .values = values,
      .type = run.cache.type,
      .head_dim = hp.head_dim,
      .scale = hp.attention_scale,
      .soft_cap = hp.attention_soft_cap,
      .window = weights.window,
      .sinks = weights.sinks ? weights.sinks + kv_head * n_group : nullptr,
  };
  step.kernel.attend(in, work.input + t * stride + head_offset, stride);
}

// softmax(scale * q k) v of every token and head, into work.input [n_tokens, heads * head_dim].
void attend(Step& step, const AttentionWeights& weights, int layer) {
  const int n_kv_heads = weights.n_kv_heads;
  int64_t n_pieces = 0;
  for (const Batch::Run& run : step.batch.runs) n_pieces += n_kv_heads * divide_up(run.n_tokens, kTokensPerPiece);
  step.pool.for_each(n_pieces, [&](int64_t piece, int thread) {
    int64_t run_start = 0;
    for (const Batch::Run& run : step.batch.runs) {
      const int64_t in_run = n_kv_heads * divide_up(run.n_tokens, kTokensPerPiece);
      if (piece < in_run) {
        // The last tokens see most keys: they go first, so that no thread is left with them at the end.
        const int64_t block = divide_up(run.n_tokens, kTokensPerPiece) - 1 - piece / n_kv_heads;
        const int64_t first = block * kTokensPerPiece;
        attend_piece(step, weights, run, run_start, layer, static_cast<int>(piece % n_kv_heads), first,
                     std::min(run.n_tokens, first + kTokensPerPiece), thread);
        return;
      }
      piece -= in_run;
      run_start += run.n_tokens;
    }
  });
}

}  // namespace

void run_attention(Step& step, const AttentionWeights& weights, int layer) {
  Workspace& work = step.work;
  const std::initializer_list<Product> qkv = {{weights.q, work.q}, {weights.k, work.k}, {weights.v, work.v}};
  multiply(step, make_input(step, work.input, step.n_tokens, qkv), qkv);
  prepare_and_store(step, weights, layer);
  attend(step, weights, layer);
  normalize_in_place(step, weights.output_norm, work.input, int64_t{weights.n_heads} * step.model.hp.head_dim);
  const std::initializer_list<Product> output = {{weights.output, work.result}};
  multiply(step, make_input(step, work.input, step.n_tokens, output), output);
}

}  // namespace ondol
