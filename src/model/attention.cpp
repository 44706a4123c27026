#include "model/attention.h"

#include <algorithm>

#include "base/checked_math.h"

namespace ondol {
namespace {

// Tokens of one run and one kv head: the piece of work a thread takes.
constexpr int64_t kTokensPerPiece = 16;

bool is_long(const Batch::Run& run) { return run.n_tokens > kTokensPerPiece; }

// Normalises `n_heads` heads of q or k [n_heads, head_dim] in place, `first_head` first: each with its own part of the
// weights where there is one for each.
void normalize_heads(const Step& step, const NormWeights& norm, int64_t norm_size, float* x, int first_head,
                     int n_heads) {
  const int64_t head_dim = step.model.hp.head_dim;
  for (int head = 0; head < n_heads; ++head) {
    const NormWeights own{norm.weight + (norm_size > head_dim ? (first_head + head) * head_dim : 0)};
    normalize_row(step, own, x + head * head_dim, x + head * head_dim, head_dim);
  }
}

// Normalises all heads of each token's q and k together, where the model does so.
void normalize_rows(Step& step, const AttentionWeights& weights) {
  if (weights.options.qk_norm != QkNorm::kRow) return;
  const Hyperparameters& hp = step.model.hp;
  normalize_in_place(step, weights.q_norm, step.work.q, int64_t{weights.n_heads} * hp.head_dim);
  normalize_in_place(step, weights.k_norm, step.work.k, int64_t{weights.n_kv_heads} * hp.head_dim);
}

// Normalises and rotates what token t of a run has for one kv head, its queries and its key, and stores key and value.
void prepare_head(Step& step, const AttentionWeights& weights, const KvCacheView& cache, int layer, int kv_head,
                  int64_t t) {
  const Hyperparameters& hp = step.model.hp;
  Workspace& work = step.work;
  const int n_group = weights.n_heads / weights.n_kv_heads;
  const int first_head = kv_head * n_group;
  float* q = work.q + (t * weights.n_heads + first_head) * hp.head_dim;
  float* k = work.k + (t * weights.n_kv_heads + kv_head) * hp.head_dim;
  float* v = work.v + (t * weights.n_kv_heads + kv_head) * hp.head_dim;
  if (weights.options.qk_norm != QkNorm::kRow) {
    if (weights.q_norm) normalize_heads(step, weights.q_norm, weights.q_norm_size, q, first_head, n_group);
    if (weights.k_norm) normalize_heads(step, weights.k_norm, weights.k_norm_size, k, kv_head, 1);
  }
  if (weights.rope_table >= 0) {
    const bool interleaved = weights.options.rope == Rope::kInterleaved;
    const float* cos = work.rope[weights.rope_table] + t * hp.rope_dims;
    const float* sin = cos + hp.rope_dims / 2;
    step.kernel.rope(q, n_group, hp.head_dim, hp.rope_dims, cos, sin, interleaved);
    step.kernel.rope(k, 1, hp.head_dim, hp.rope_dims, cos, sin, interleaved);
  }
  const int64_t page = work.positions[t] / kPageLength;
  const int slot = work.positions[t] % kPageLength;
  if (cache.keeps_recent()) {
    step.kernel.rotate(q, n_group, hp.head_dim);
    step.kernel.rotate(k, 1, hp.head_dim);
    step.kernel.rotate(v, 1, hp.head_dim);
    step.kernel.store_kv(KvType::kF16, k, v, hp.head_dim, slot, cache.recent_keys(page, layer, kv_head),
                         cache.recent_values(page, layer, kv_head));
  }
  step.kernel.store_kv(cache.type, k, v, hp.head_dim, slot, cache.keys(page, layer, kv_head),
                       cache.values(page, layer, kv_head));
}

// Prepares the runs whose tokens are attended in several pieces: all keys must be there before the first.  The others
// are prepared by the thread that attends, while what it wrote is still in its cache.
void prepare_long_runs(Step& step, const AttentionWeights& weights, int layer) {
  int64_t run_start = 0;
  for (const Batch::Run& run : step.batch.runs) {
    if (is_long(run)) {
      for_each_token_block(step, run.n_tokens, [&](int64_t first, int64_t last) {
        for (int64_t i = first; i < last; ++i) {
          for (int head = 0; head < weights.n_kv_heads; ++head) {
            prepare_head(step, weights, run.cache, layer, head, run_start + i);
          }
        }
      });
    }
    run_start += run.n_tokens;
  }
}

void attend_piece(Step& step, const AttentionWeights& weights, const Batch::Run& run, int64_t run_start, int layer,
                  int kv_head, int64_t first, int64_t last, int thread) {
  const Hyperparameters& hp = step.model.hp;
  Workspace& work = step.work;
  const int n_group = weights.n_heads / weights.n_kv_heads;
  const int64_t stride = int64_t{weights.n_heads} * hp.head_dim;
  const int64_t first_seen = weights.window > 0 ? run.first_position + first - weights.window + 1 : 0;
  const int64_t n_pages = divide_up(work.last_seen[run_start + last - 1] + 1, kPageLength);
  const uint8_t** keys = work.pages + thread * 2 * work.max_pages;
  const uint8_t** values = keys + work.max_pages;
  const int64_t recent_page = run.cache.keeps_recent() ? recent_begin(run.first_position) / kPageLength : n_pages;
  for (int64_t page = std::max<int64_t>(0, first_seen) / kPageLength; page < n_pages; ++page) {
    const bool is_recent = page >= recent_page;
    keys[page] = is_recent ? run.cache.recent_keys(page, layer, kv_head) : run.cache.keys(page, layer, kv_head);
    values[page] = is_recent ? run.cache.recent_values(page, layer, kv_head) : run.cache.values(page, layer, kv_head);
  }
  const int64_t t = run_start + first;
  for (int64_t i = 0; !is_long(run) && i < run.n_tokens; ++i) {
    prepare_head(step, weights, run.cache, layer, kv_head, t + i);
  }
  const int64_t head_offset = int64_t{kv_head} * n_group * hp.head_dim;
  const AttentionInput in{
      .q = work.q + t * stride + head_offset,
      .token_stride = stride,
      .n_tokens = last - first,
      .n_group = n_group,
      .position = work.last_seen + t,
      .keys = keys,
      .values = values,
      .type = run.cache.type,
      .head_dim = hp.head_dim,
      .scale = hp.attention_scale,
      .soft_cap = hp.attention_soft_cap,
      .window = weights.window,
      .sinks = weights.sinks ? weights.sinks + kv_head * n_group : nullptr,
      .recent_page = recent_page,
  };
  step.kernel.attend(in, work.input + t * stride + head_offset, stride);
  for (int64_t i = 0; run.cache.keeps_recent() && i < last - first; ++i) {
    step.kernel.rotate(work.input + (t + i) * stride + head_offset, n_group, hp.head_dim);
  }
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
  normalize_rows(step, weights);
  prepare_long_runs(step, weights, layer);
  attend(step, weights, layer);
  normalize_in_place(step, weights.output_norm, work.input, int64_t{weights.n_heads} * step.model.hp.head_dim);
  const std::initializer_list<Product> output = {{weights.output, work.result}};
  multiply(step, make_input(step, work.input, step.n_tokens, output), output);
}

}  // namespace ondol
