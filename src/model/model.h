// Model: a family's description, its sizes and its weights, ready to run.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/memory.h"
#include "base/thread_pool.h"
#include "format/checkpoint.h"
#include "model/architecture.h"
#include "tensor/run_layout.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

struct Hyperparameters {
  int64_t hidden_size = 0;
  int n_layers = 0;
  int n_heads = 0;
  int n_kv_heads = 0;
  int head_dim = 0;
  int rope_dims = 0;         // leading dimensions of a head that are rotated
  int64_t ffn_size = 0;
  int64_t vocab_size = 0;
  int64_t context_length = 0;
  float rope_theta = 10000;
  float rope_linear_factor = 1;  // positions are divided by it (rope.scaling.type "linear")
  float norm_eps = 1e-5f;
};

// Reads <arch>.* keys; `file` names the file in errors.  Fails with kCorruptFile (missing, out of range, not dividing) or
// kUnsupported (a rope scaling or head size this build does not know).  vocab_size is left to the embedding's rows.
Result<Hyperparameters> read_hyperparameters(std::string_view file, const Metadata& metadata, const Architecture& arch);

struct AttentionWeights {
  Attention options;
  WeightView q, k, v, output;
};
struct FfnWeights {
  Ffn options;
  WeightView gate, up, down;
};
struct SublayerWeights {
  const float* norm;  // [hidden]
  std::variant<AttentionWeights, FfnWeights> weights;
};
using LayerWeights = std::vector<SublayerWeights>;

// Movable.  Immutable after loading; any number of threads and sequences may read it.
struct Model {
  const Architecture* arch = nullptr;
  Hyperparameters hp;
  Metadata metadata;
  std::shared_ptr<const Tokenizer> tokenizer;  // null when the file holds none

  WeightView embedding;              // [vocab, hidden]
  WeightView output;                 // the head; the embedding itself when tied
  const float* output_norm = nullptr;
  std::vector<float> rope_frequencies;  // [rope_dims / 2] radians per position
  std::vector<LayerWeights> layers;

  int64_t weight_bytes = 0;          // bytes of all weights in run layout
  int64_t matrix_weights = 0;        // weights in the layers' matrices (the head not counted)

  Buffer arena;  // what the views point to
};

// Loads a model file into run layout; `pool` shares the repacking.  The file is not needed afterwards.  Fails with
// kCorruptFile, kUnsupported (the family or type is named), kIo (also when the file changes meanwhile), or
// kOutOfMemory before anything large is allocated.
Result<Model> load_model(const std::string& path, ThreadPool& pool);
// The same from an opened checkpoint; `name` stands for the file in errors.
Result<Model> load_model(const Checkpoint& checkpoint, const std::string& name, ThreadPool& pool);

// Fails as load_model does for everything it looks at before it copies weights: description, tokenizer, names, shapes.
Status check_model(const Checkpoint& checkpoint, const std::string& name);

}  // namespace ondol
