#include <algorithm>
#include <cmath>

#include "base/checked_math.h"
#include "model/forward.h"
#include "model/model_messages.h"

namespace ondol {
namespace {

// Hands out 64-byte aligned pieces of one buffer; with no buffer it only counts.  Counts, too, the granules that are
// written when steps fill only the first `share` of each piece.
class Arena {
 public:
  explicit Arena(uint8_t* base, double share = 1, int64_t granule_bytes = 1)
      : base_(base), share_(share), granule_(granule_bytes) {}
  template <class T>
  void take(T*& pointer, int64_t n, bool is_written = true) {
    if (base_) pointer = reinterpret_cast<T*>(base_ + used_);
    const int64_t size_bytes = n * static_cast<int64_t>(sizeof(T));
    if (is_written && n > 0) write(used_, static_cast<int64_t>(std::ceil(share_ * static_cast<double>(size_bytes))));
    used_ += round_up(size_bytes, 64);
  }
  int64_t used_bytes() const { return used_; }
  int64_t written_bytes() const { return n_written_ * granule_; }

 private:
  void write(int64_t begin, int64_t n_bytes) {
    const int64_t first = std::max(begin / granule_, end_written_), end = divide_up(begin + n_bytes, granule_);
    n_written_ += std::max<int64_t>(0, end - first);
    end_written_ = std::max(end_written_, end);
  }

  uint8_t* base_;
  double share_;
  int64_t granule_;
  int64_t used_ = 0;
  int64_t n_written_ = 0, end_written_ = 0;  // granules
};

// Whether a product reads activations with a scale for so many columns.
bool has_scale_every(const Model& model, int scale_every) {
  const auto reads = [&](const WeightView& w) {
    return w.data != nullptr && w.dtype.info().activation_scale_every == scale_every;
  };
  for (const LayerWeights& layer : model.layers) {
    for (const SublayerWeights& sublayer : layer.sublayers) {
      if (const auto* a = std::get_if<AttentionWeights>(&sublayer.weights)) {
        if (reads(a->q.matrix) || reads(a->k.matrix) || reads(a->v.matrix) || reads(a->output.matrix)) return true;
      } else if (const auto* f = std::get_if<FfnWeights>(&sublayer.weights)) {
        if (reads(f->gate.matrix) || reads(f->up.matrix) || reads(f->down.matrix)) return true;
      } else if (const auto* e = std::get_if<ExpertsWeights>(&sublayer.weights)) {
        if (reads(e->router.matrix) || reads(e->gate.first) || reads(e->up.first) || reads(e->down.first)) return true;
      }
    }
  }
  return false;
}

void place_q8(Q8Activations& q8, int scale_every, Arena& arena, int64_t n_tokens, int64_t n_cols, const Model& model) {
  q8.scale_every = scale_every;
  const bool is_written = has_scale_every(model, scale_every);
  arena.take(q8.q, n_tokens * round_up(n_cols, kGroup), is_written);
  arena.take(q8.scale, n_tokens * divide_up(n_cols, kGroup), is_written);
  arena.take(q8.sum, n_tokens * divide_up(n_cols, kGroup), is_written);
}

void place_experts(ExpertsWork& work, Arena& arena, const Model& model, int64_t max_tokens, const Kernels& kernel) {
  const Hyperparameters& hp = model.hp;
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
  place_q8(work.by_32, 32, arena, max_rows, widest, model);
  place_q8(work.by_256, 256, arena, max_rows, widest, model);
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
  place_q8(work.by_32, 32, arena, tiled_tokens, widest, model);
  place_q8(work.by_256, 256, arena, tiled_tokens, widest, model);
  arena.take(work.q, max_tokens * heads_size);
  arena.take(work.k, max_tokens * kv_size);
  arena.take(work.v, max_tokens * kv_size);
  arena.take(work.gate, max_tokens * hp.ffn_size);
  arena.take(work.up, max_tokens * hp.ffn_size);
  arena.take(work.low_rank, max_tokens * model.adapters.n_columns);
  if (model.adapters.n_columns > 0) arena.take(work.adapter_scales, max_tokens);
  place_experts(work.experts, arena, model, max_tokens, kernel);
  arena.take(work.result, max_tokens * hp.hidden_size);
  for (size_t table = 0; table < model.ropes.size(); ++table) arena.take(work.rope[table], max_tokens * hp.rope_dims);
  arena.take(work.positions, max_tokens);
  if (hp.is_causal) work.last_seen = work.positions;
  else arena.take(work.last_seen, max_tokens);
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

int64_t Workspace::written_bytes(const Model& model, int n_threads, int64_t max_tokens, int64_t max_pages,
                                 int64_t n_tokens, const Kernels& kernel) {
  const int64_t size = size_bytes(model, n_threads, max_tokens, max_pages, kernel);
  Workspace counted;
  Arena arena(nullptr, static_cast<double>(std::min(n_tokens, max_tokens)) / static_cast<double>(max_tokens),
              Buffer::granule_bytes(size));
  place(counted, arena, model, n_threads, max_tokens, max_pages, kernel);
  return arena.written_bytes();
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
