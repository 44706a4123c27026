#include "measure/traffic.h"

#include <algorithm>

namespace ondol {
namespace {

int64_t matrix_bytes(const WeightView& w) { return w.data ? w.size_bytes() : 0; }

// Of experts that `n_tokens` tokens can leave unread.
int64_t unread_expert_bytes(const Model& model, int64_t n_tokens) {
  const int64_t n_unread = std::max<int64_t>(0, model.hp.n_experts - model.hp.n_experts_used * n_tokens);
  int64_t bytes = 0;
  for (const LayerWeights& layer : model.layers) {
    for (const SublayerWeights& sublayer : layer.sublayers) {
      const auto* experts = std::get_if<ExpertsWeights>(&sublayer.weights);
      if (experts == nullptr) continue;
      for (const ExpertMatrices* matrices : {&experts->gate, &experts->up, &experts->down}) {
        bytes += n_unread * matrix_bytes(matrices->first);
      }
    }
  }
  return bytes;
}

int64_t cache_bytes(const Model& model, KvType kv_type, int64_t n_tokens, int64_t position) {
  const int64_t position_bytes = 2 * kv_page_bytes(kv_type, model.hp.head_dim) / kPageLength;  // of one kv head
  int64_t bytes = 0;
  for (const LayerSizes& layer : model.hp.layers) {
    const int64_t n_seen = layer.window > 0 ? std::min(position, layer.window) : position;
    bytes += layer.n_kv_heads * position_bytes * (n_seen + n_tokens);
  }
  return bytes;
}

}  // namespace

int64_t step_read_bytes(const Model& model, KvType kv_type, int64_t n_tokens, int64_t position) {
  const bool tied = model.output.matrix.data == model.embedding.data;
  return model.weight_bytes - (tied ? 0 : matrix_bytes(model.embedding)) - unread_expert_bytes(model, n_tokens) +
         cache_bytes(model, kv_type, n_tokens, position);
}

int64_t steps_read_bytes(const Model& model, KvType kv_type, int64_t n_tokens, int64_t step_tokens, int64_t position) {
  int64_t bytes = 0;
  for (int64_t done = 0; done < n_tokens; done += step_tokens) {
    bytes += step_read_bytes(model, kv_type, std::min(step_tokens, n_tokens - done), position + done);
  }
  return bytes;
}

}  // namespace ondol
