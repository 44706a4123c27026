#include "measure/traffic.h"

#include <algorithm>

#include "model/kv_cache_view.h"

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
  const auto position_bytes = [&](KvType type) {  // of one kv head
    return 2 * kv_page_bytes(type, model.hp.head_dim) / kPageLength;
  };
  int64_t bytes = 0;
  for (const LayerSizes& layer : model.hp.layers) {
    const int64_t n_seen = layer.window > 0 ? std::min(position, layer.window) : position;
    const int64_t n_recent = kv_type == KvType::kQ4_0 ? std::min(position - recent_begin(position), n_seen) : 0;
    bytes += layer.n_kv_heads *
             (position_bytes(kv_type) * (n_seen - n_recent + n_tokens) + position_bytes(KvType::kF16) * n_recent);
  }
  return bytes;
}

double n_weights(const WeightView& w) {
  return w.data ? static_cast<double>(w.n_rows) * static_cast<double>(w.n_cols) : 0;
}

// Weights of a layer that one token is multiplied by.
double weights_per_token(const LayerWeights& layer, int n_experts_used) {
  double n = 0;
  for (const SublayerWeights& sublayer : layer.sublayers) {
    if (const auto* a = std::get_if<AttentionWeights>(&sublayer.weights)) {
      n += n_weights(a->q.matrix) + n_weights(a->k.matrix) + n_weights(a->v.matrix) + n_weights(a->output.matrix);
    } else if (const auto* f = std::get_if<FfnWeights>(&sublayer.weights)) {
      n += n_weights(f->gate.matrix) + n_weights(f->up.matrix) + n_weights(f->down.matrix);
    } else if (const auto* e = std::get_if<ExpertsWeights>(&sublayer.weights)) {
      const double one = n_weights(e->gate.first) + n_weights(e->up.first) + n_weights(e->down.first);
      n += n_weights(e->router.matrix) + n_experts_used * one;
    }
  }
  return n;
}

}  // namespace

double step_products(const Model& model, int n_layers, int64_t n_tokens) {
  double n = 0;
  for (int layer = 0; layer < n_layers; ++layer) {
    n += weights_per_token(model.layers[static_cast<size_t>(layer)], model.hp.n_experts_used);
  }
  return n * static_cast<double>(n_tokens);
}

double step_attention(const Model& model, int n_layers, int64_t n_tokens, int64_t position) {
  const double mean_seen = static_cast<double>(position) + static_cast<double>(n_tokens + 1) / 2;
  double n = 0;
  for (int layer = 0; layer < n_layers; ++layer) {
    const LayerSizes& sizes = model.hp.layers[static_cast<size_t>(layer)];
    const double seen = sizes.window > 0 ? std::min(mean_seen, static_cast<double>(sizes.window)) : mean_seen;
    n += 2.0 * sizes.n_heads * model.hp.head_dim * seen;  // by keys, then by values
  }
  return n * static_cast<double>(n_tokens);
}

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
