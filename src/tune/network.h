// Network: a model's parameters under training, connected as its layers are (model/model.h).
//
// The layers' options, sizes and rotations stay those of the Model; here are the numbers.  Full training decodes every
// tensor and trains it.  Low-rank training (Hu et al. 2021, LoRA, section 4.1) leaves the matrices encoded where the
// file has them, of whatever type, and trains two thin factors beside some of them: y = W x + scale * B (A x).
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/thread_pool.h"
#include "model/model.h"
#include "tune/parameter.h"

namespace ondol {

struct LowRankOptions {
  int64_t rank = 16;
  float alpha = 32;
  bool rank_stabilised = false;  // scale alpha / sqrt(rank).   Source: Kalajdzievski 2023 (rsLoRA)
  float dropout = 0;             // of the factors' input
  // Parts of tensor names: "attn_q", "ffn_down"; every matrix of the layers whose name holds one of them.
  std::vector<std::string> targets = {"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"};
  uint64_t seed = 1;

  float scale() const;
};

template <class T>
struct TrainedLowRank {
  Parameter<T>* a = nullptr;  // [rank, n_cols]
  Parameter<T>* b = nullptr;  // [n_rows, rank]
  T scale = 0;
  T dropout = 0;
  uint64_t key = 0;  // of its dropout's random bits

  explicit operator bool() const { return a != nullptr; }
};

// y = weight x [* scale] [+ bias] [+ low rank]
template <class T>
struct TrainedLinear {
  Parameter<T>* weight = nullptr;
  Parameter<T>* bias = nullptr;
  T scale = 1;
  TrainedLowRank<T> low_rank = {};

  explicit operator bool() const { return weight != nullptr; }
};

template <class T>
struct TrainedNorm {
  Parameter<T>* weight = nullptr;
  Parameter<T>* bias = nullptr;

  explicit operator bool() const { return weight != nullptr; }
};

template <class T>
struct TrainedAttention {
  const AttentionWeights* layer;  // options and sizes
  TrainedLinear<T> q, k, v, output;
  TrainedNorm<T> q_norm, k_norm, output_norm;
  Parameter<T>* sinks = nullptr;
};
template <class T>
struct TrainedFfn {
  const FfnWeights* layer;
  TrainedLinear<T> gate, up, down;
  TrainedNorm<T> down_norm;
};
template <class T>
struct TrainedBlockSkip {
  const BlockSkipWeights* layer;
  Parameter<T>* shares = nullptr;
};

template <class T>
struct TrainedSublayer {
  TrainedNorm<T> norm, post_norm;
  std::variant<TrainedAttention<T>, TrainedFfn<T>, TrainedBlockSkip<T>> weights;
};
template <class T>
struct TrainedLayer {
  std::vector<TrainedSublayer<T>> sublayers;
  bool parallel = false;
};

template <class T>
class Network {
 public:
  // Every tensor is decoded and trained.  `model` was loaded with LoadOptions::low_memory, whose file layout is read,
  // and outlives the network.  Fails with kUnsupported for models with experts, kOutOfMemory before allocating.
  static Result<Network> full(const Model& model);
  // Low-rank factors beside the matrices the targets name.  Fails as full() does, and with kBadInput for a target no
  // matrix has, or a rank below 1 or above the smallest side of a matrix.
  static Result<Network> low_rank(const Model& model, const LowRankOptions& options);

  // Nothing is trained: matrices stay encoded where the file has them.
  static Result<Network> frozen(const Model& model);

  Network(Network&&) = default;
  Network& operator=(Network&&) = default;

  const Model& model() const { return *model_; }
  // In the order they are connected; addresses stay.
  std::deque<Parameter<T>>& parameters() { return parameters_; }
  const std::deque<Parameter<T>>& parameters() const { return parameters_; }
  const Parameter<T>* find(const std::string& name) const;
  int64_t n_trained() const;
  void clear_gradients();

  Parameter<T>* embedding = nullptr;
  Parameter<T>* positions = nullptr;  // null: none
  TrainedLinear<T> output;            // its weight is the embedding's where they are tied
  TrainedNorm<T> output_norm;
  std::vector<TrainedLayer<T>> layers;

 private:
  template <class U>
  friend class NetworkBuilder;
  explicit Network(const Model& model) : model_(&model) {}

  const Model* model_;
  std::deque<Parameter<T>> parameters_;
  std::vector<std::vector<uint8_t>> unpacked_;  // matrices whose file has them in run layout
};

// Operations of one token in a step: a product's multiply and add for each weight forward, again for its input's
// gradient and, where it is trained, for its own.  What is computed twice to save memory is not counted.
double training_operations_per_token(const Network<float>& network);

}  // namespace ondol
