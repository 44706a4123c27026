#include "tune/network.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/random.h"
#include "tune/tune_messages.h"

namespace ondol {

float LowRankOptions::scale() const {
  const auto r = static_cast<float>(rank);
  return alpha / (rank_stabilised ? std::sqrt(r) : r);
}

// Walks a model's views and gives each tensor its parameter, once.
template <class T>
class NetworkBuilder {
 public:
  // `trains_all`: every tensor; else the factors of `low_rank`, where there are some.
  NetworkBuilder(Network<T>& network, bool trains_all, const LowRankOptions* low_rank)
      : network_(network),
        model_(network.model()),
        trains_all_(trains_all),
        low_rank_(low_rank),
        random_(low_rank ? low_rank->seed : 0) {}

  Status build() {
    TRY(check_writes_text(model_));
    network_.embedding = matrix(model_.embedding);
    network_.positions = matrix(model_.positions);
    network_.output = linear(model_.output);
    network_.output_norm = norm(model_.output_norm, model_.hp.hidden_size);
    for (const LayerWeights& layer : model_.layers) {
      TrainedLayer<T> trained{.parallel = layer.parallel};
      for (const SublayerWeights& sublayer : layer.sublayers) {
        if (std::holds_alternative<ExpertsWeights>(sublayer.weights)) {
          return fail(ErrorKind::kUnsupported, msg::kCannotTrainExperts, model_.arch->name());
        }
        trained.sublayers.push_back(connect(sublayer));
      }
      network_.layers.push_back(std::move(trained));
    }
    if (low_rank_) TRY(add_low_rank());
    return ok();
  }

 private:
  TrainedSublayer<T> connect(const SublayerWeights& sublayer) {
    const int64_t hidden = model_.hp.hidden_size;
    TrainedSublayer<T> trained{norm(sublayer.norm, hidden), norm(sublayer.post_norm, hidden), TrainedBlockSkip<T>{}};
    if (const auto* w = std::get_if<AttentionWeights>(&sublayer.weights)) {
      const int64_t heads_size = int64_t{w->n_heads} * model_.hp.head_dim;
      trained.weights = TrainedAttention<T>{w,
                                            linear(w->q),
                                            linear(w->k),
                                            linear(w->v),
                                            linear(w->output),
                                            norm(w->q_norm, w->q_norm_size),
                                            norm(w->k_norm, w->k_norm_size),
                                            norm(w->output_norm, heads_size),
                                            vector(w->sinks, w->n_heads)};
    } else if (const auto* w = std::get_if<FfnWeights>(&sublayer.weights)) {
      trained.weights =
          TrainedFfn<T>{w, linear(w->gate), linear(w->up), linear(w->down), norm(w->down_norm, w->ffn_size)};
    } else if (const auto* w = std::get_if<BlockSkipWeights>(&sublayer.weights)) {
      trained.weights = TrainedBlockSkip<T>{w, vector(w->shares, 2)};
    }
    return trained;
  }

  TrainedLinear<T> linear(const Linear& w) {
    if (!w) return {};
    return {matrix(w.matrix), vector(w.bias, w.matrix.n_rows), w.scale ? static_cast<T>(*w.scale) : T(1)};
  }
  TrainedNorm<T> norm(const NormWeights& w, int64_t size) { return {vector(w.weight, size), vector(w.bias, size)}; }

  // The parameter of the tensor at `data`, new or known; null where there is none.
  Parameter<T>* parameter(const void* data, int64_t n_rows, int64_t n_cols, bool* is_new) {
    *is_new = false;
    if (data == nullptr) return nullptr;
    const auto [place, added] = known_.try_emplace(data, nullptr);
    if (added) {
      const auto name = model_.tensor_names.find(data);
      CHECK(name != model_.tensor_names.end());
      place->second = &network_.parameters_.emplace_back();
      place->second->name = name->second;
      place->second->n_rows = n_rows;
      place->second->n_cols = n_cols;
      *is_new = true;
    }
    return place->second;
  }

  Parameter<T>* vector(const float* data, int64_t n) {
    bool is_new;
    Parameter<T>* p = parameter(data, 1, n, &is_new);
    if (!is_new) return p;
    p->value.assign(data, data + n);
    if (trains_all_) train(*p);
    return p;
  }

  Parameter<T>* matrix(const WeightView& w) {
    bool is_new;
    Parameter<T>* p = parameter(w.data, w.n_rows, w.n_cols, &is_new);
    if (!is_new) return p;
    if (!trains_all_) {
      p->encoded = in_file_layout(w);
    } else {
      std::vector<float> row(static_cast<size_t>(w.n_cols));
      p->value.reserve(static_cast<size_t>(p->n_elements()));
      for (int64_t r = 0; r < w.n_rows; ++r) {
        decode_row(w, r, row.data());
        p->value.insert(p->value.end(), row.begin(), row.end());
      }
      train(*p);
    }
    return p;
  }

  TensorView in_file_layout(const WeightView& w) {
    const TensorView view{w.data, w.dtype, {w.n_rows, w.n_cols}, w.layout};
    if (w.layout == Layout::kFile) return view;
    auto& bytes = network_.unpacked_.emplace_back(static_cast<size_t>(w.dtype.size_bytes(w.n_rows * w.n_cols)));
    read_rows(view, 0, w.n_rows, bytes.data());
    return {bytes.data(), w.dtype, {w.n_rows, w.n_cols}};
  }

  void train(Parameter<T>& p) {
    p.trained = true;
    p.gradient.assign(static_cast<size_t>(p.n_elements()), T(0));
  }

  Status add_low_rank() {
    std::vector<bool> used(low_rank_->targets.size());
    for (TrainedLayer<T>& layer : network_.layers) {
      for (TrainedSublayer<T>& sublayer : layer.sublayers) {
        if (auto* w = std::get_if<TrainedAttention<T>>(&sublayer.weights)) {
          for (TrainedLinear<T>* matrix : {&w->q, &w->k, &w->v, &w->output}) TRY(add_factors(*matrix, used));
        } else if (auto* w = std::get_if<TrainedFfn<T>>(&sublayer.weights)) {
          for (TrainedLinear<T>* matrix : {&w->gate, &w->up, &w->down}) TRY(add_factors(*matrix, used));
        }
      }
    }
    // A family without a gate has no ffn_gate, and that is no mistake of who kept the default.
    const LowRankOptions defaults;
    for (size_t i = 0; i < used.size(); ++i) {
      if (!used[i] && low_rank_->targets != defaults.targets) {
        return fail(ErrorKind::kBadInput, msg::kNoSuchTarget, low_rank_->targets[i], matrix_kinds());
      }
    }
    return ok();
  }

  Status add_factors(TrainedLinear<T>& w, std::vector<bool>& used) {
    if (!w) return ok();
    bool wanted = false;
    for (size_t i = 0; i < used.size(); ++i) {
      if (w.weight->name.find(low_rank_->targets[i]) == std::string::npos) continue;
      wanted = used[i] = true;
    }
    if (!wanted) return ok();
    const int64_t rank = low_rank_->rank, most = std::min(w.weight->n_rows, w.weight->n_cols);
    if (rank < 1 || rank > most) return fail(ErrorKind::kBadInput, msg::kBadRank, rank, most, w.weight->name);
    w.low_rank = {factor(w.weight->name + ".lora_a", rank, w.weight->n_cols),
                  factor(w.weight->name + ".lora_b", w.weight->n_rows, rank), static_cast<T>(low_rank_->scale()),
                  static_cast<T>(low_rank_->dropout), random_.next()};
    // A is uniform as PEFT begins (Kaiming with a = sqrt(5)), B zero: the model begins as it was.
    const double bound = 1 / std::sqrt(static_cast<double>(w.weight->n_cols));
    for (T& value : w.low_rank.a->value) value = static_cast<T>(bound * (2 * random_.uniform() - 1));
    return ok();
  }

  Parameter<T>* factor(std::string name, int64_t n_rows, int64_t n_cols) {
    Parameter<T>& p = network_.parameters_.emplace_back();
    p.name = std::move(name);
    p.n_rows = n_rows;
    p.n_cols = n_cols;
    p.value.assign(static_cast<size_t>(p.n_elements()), T(0));
    train(p);
    return &p;
  }

  // "attn_q, attn_k, …": what targets can be.
  std::string matrix_kinds() const {
    std::string kinds;
    for (const Parameter<T>& p : network_.parameters_) {
      if (!p.name.starts_with("blk.0.") || !p.is_matrix()) continue;
      const std::string kind = p.name.substr(6, p.name.rfind('.') - 6);
      kinds += (kinds.empty() ? "" : ", ") + kind;
    }
    return kinds;
  }

  Network<T>& network_;
  const Model& model_;
  bool trains_all_;
  const LowRankOptions* low_rank_;
  SplitMix64 random_;
  std::map<const void*, Parameter<T>*> known_;
};

template <class T>
Result<Network<T>> Network<T>::full(const Model& model) {
  Network network(model);
  TRY(NetworkBuilder<T>(network, true, nullptr).build());
  return network;
}

template <class T>
Result<Network<T>> Network<T>::low_rank(const Model& model, const LowRankOptions& options) {
  Network network(model);
  TRY(NetworkBuilder<T>(network, false, &options).build());
  return network;
}

template <class T>
Result<Network<T>> Network<T>::frozen(const Model& model) {
  Network network(model);
  TRY(NetworkBuilder<T>(network, false, nullptr).build());
  return network;
}

template <class T>
const Parameter<T>* Network<T>::find(const std::string& name) const {
  for (const Parameter<T>& p : parameters_) {
    if (p.name == name) return &p;
  }
  return nullptr;
}

template <class T>
int64_t Network<T>::n_trained() const {
  int64_t n = 0;
  for (const Parameter<T>& p : parameters_) n += p.trained ? p.n_elements() : 0;
  return n;
}

template <class T>
void Network<T>::clear_gradients() {
  for (Parameter<T>& p : parameters_) std::fill(p.gradient.begin(), p.gradient.end(), T(0));
}

double training_operations_per_token(const Network<float>& network) {
  double n = 0;
  for (const Parameter<float>& p : network.parameters()) {
    // A table that is only looked up multiplies nothing.
    const bool is_table = &p == network.positions || (&p == network.embedding && network.output.weight != &p);
    if (p.is_matrix() && !is_table) n += static_cast<double>(p.n_elements()) * (p.trained ? 6 : 4);
  }
  return n;
}

template class Network<float>;
template class Network<double>;

}  // namespace ondol
