#include <algorithm>

#include "base/checked_math.h"
#include "model/forward.h"
#include "model/model_messages.h"

namespace ondol {
namespace {

// Hands out 64-byte aligned pieces of one buffer; with no buffer it only counts.
class Arena {
 public:
  explicit Arena(uint8_t* base) : base_(base) {}
  template <class T>
  void take(T*& pointer, int64_t n) {
    if (base_) pointer = reinterpret_cast<T*>(base_ + used_);
    used_ += round_up(n * static_cast<int64_t>(sizeof(T)), 64);
  }
  int64_t used_bytes() const { return used_; }

 private:
  uint8_t* base_;
  int64_t used_ = 0;
};

void place_q8(Q8Activations& q8, int scale_every, Arena& arena, int64_t n_tokens, int64_t n_cols) {
  q8.scale_every = scale_every;
  arena.take(q8.q, n_tokens * round_up(n_cols, kGroup));
  arena.take(q8.scale, n_tokens * divide_up(n_cols, kGroup));
  arena.take(q8.sum, n_tokens * divide_up(n_cols, kGroup));
}

void place_experts(ExpertsWork& work, Arena& arena, const Hyperparameters& hp, int64_t max_tokens,
                   const Kernels& kernel) {
  if (hp.n_experts == 0) return;
  const int64_t n_chosen = max_tokens * hp.n_experts_used;
  // Each expert's rows begin at a tile.
  const int64_t max_rows = n_chosen + std::min<int64_t>(hp.n_experts, n_chosen) * (kernel.token_tile - 1);
  arena.take(work.logits, max_tokens * hp.n_experts);
  arena.take(work.chosen, n_chosen);
  arena.take(work.share, n_chosen);
  arena.take(work.row, n_chosen);
  arena.take(work.n_rows, hp.n_experts);
  arena.take(work.groups, hp.n_experts);
  arena.take(work.token, max_rows);
  arena.take(work.rows, max_rows * hp.hidden_size);
  arena.take(work.gate, max_rows * hp.expert_ffn_size);
  arena.take(work.up, max_rows * hp.expert_ffn_size);
  const int64_t widest = std::max(hp.hidden_size, hp.expert_ffn_size);
  place_q8(work.by_32, 32, arena, max_rows, widest);
  place_q8(work.by_256, 256, arena, max_rows, widest);
}

void place(Workspace& work, Arena& arena, const Model& model, int n_threads, int64_t max_tokens, int64_t max_pages,
           const Kernels& kernel) {
  const Hyperparameters& hp = model.hp;
  const int64_t heads_size = int64_t{hp.n_heads} * hp.head_dim;
  const int64_t kv_size = int64_t{hp.n_kv_heads} * hp.head_dim;
  const int64_t widest = std::max({hp.hidden_size, hp.ffn_size, heads_size});
  const int64_t tiled_tokens = round_up(max_tokens, kernel.token_tile);
  const auto any_layer = [&](auto has) { return std::any_of(model.layers.begin(), model.layers.end(), has); };
  arena.take(work.hidden, max_tokens * hp.hidden_size);
  if (any_layer([](const LayerWeights& layer) { return layer.parallel; })) {
    arena.take(work.layer_input, max_tokens * hp.hidden_size);
  }
  for (const int i : {0, 1}) {
    if (std::any_of(hp.layers.begin(), hp.layers.end(), [i](const LayerSizes& layer) { return layer.keeps[i]; })) {
      arena.take(work.kept[i], max_tokens * hp.hidden_size);
    }
  }
  arena.take(work.input, max_tokens * widest);
  place_q8(work.by_32, 32, arena, tiled_tokens, widest);
  place_q8(work.by_256, 256, arena, tiled_tokens, widest);
  arena.take(work.q, max_tokens * heads_size);
  arena.take(work.k, max_tokens * kv_size);
  arena.take(work.v, max_tokens * kv_size);
  arena.take(work.gate, max_tokens * hp.ffn_size);
  arena.take(work.up, max_tokens * hp.ffn_size);
  arena.take(work.low_rank, max_tokens * model.adapters.n_columns);
  place_experts(work.experts, arena, hp, max_tokens, kernel);
  arena.take(work.result, max_tokens * hp.hidden_size);
  for (size_t table = 0; table < model.ropes.size(); ++table) arena.take(work.rope[table], max_tokens * hp.rope_dims);
  arena.take(work.positions, max_tokens);
  const int64_t head_panels = divide_up(hp.vocab_size, kPanelRows);
  Rows* head_rows = nullptr;
  arena.take(head_rows, head_panels);
  work.head_rows = {head_rows, static_cast<size_t>(head_panels)};
  arena.take(work.head_bounds, head_panels);
  work.product_bytes = round_up(kernel.product_scratch_bytes(std::max(widest, hp.expert_ffn_size)), 4096);
  work.scratch_bytes = work.product_bytes + round_up(kRepackedRows * model.longest_file_row_bytes, 4096);
  arena.take(work.scratch, n_threads * work.scratch_bytes);
  arena.take(work.pages, n_threads * 2 * max_pages);
  work.max_pages = max_pages;
  work.is_long_context = max_pages > divide_up(hp.rope_scaling.original_context, kPageLength);
}

}  // namespace

int64_t Workspace::size_bytes(const Model& model, int n_threads, int64_t max_tokens, int64_t max_pages,
                              const Kernels& kernel) {
  Workspace counted;
  Arena arena(nullptr);
  place(counted, arena, model, n_threads, max_tokens, max_pages, kernel);
  return arena.used_bytes();
}

Result<Workspace> Workspace::create(const Model& model, int n_threads, int64_t max_tokens, int64_t max_pages,
                                    const Kernels& kernel) {
  Workspace work;
  work.kernel = &kernel;
  TRY(work.memory_,
      Buffer::allocate(msg::kWorkspaceMemory.text(), size_bytes(model, n_threads, max_tokens, max_pages, kernel)));
  Arena arena(work.memory_.data());
  place(work, arena, model, n_threads, max_tokens, max_pages, kernel);
  return work;
}

}  // namespace ondol
