// Model: a family's description, its sizes and its weights, ready to run.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/memory.h"
#include "base/thread_pool.h"
#include "format/checkpoint.h"
#include "model/architecture.h"
#include "model/rope.h"
#include "tensor/run_layout.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

// What may differ from layer to layer.
struct LayerSizes {
  int n_heads = 0;
  int n_kv_heads = 0;
  int64_t ffn_size = 0;         // 0: none, the layer has experts
  int64_t expert_ffn_size = 0;  // 0: none
  int64_t window = 0;           // positions an attention sees, its own among them; 0: all
  // Solar's block skips: whether the hidden state is kept as first or second, and mixed with the first or second kept.
  bool keeps[2] = {};
  bool mixes[2] = {};
};

struct Hyperparameters {
  int64_t hidden_size = 0;
  int n_layers = 0;
  int n_heads = 0;     // of the layer with most
  int n_kv_heads = 0;  // of the layer with most
  int head_dim = 0;
  int rope_dims = 0;       // leading dimensions of a head that are rotated
  int64_t ffn_size = 0;    // of the widest layer
  int n_experts = 0;       // of layers that have some
  int n_experts_used = 0;  // by one token
  int64_t expert_ffn_size = 0;
  int64_t vocab_size = 0;
  int64_t context_length = 0;
  std::vector<LayerSizes> layers;

  Norm norm = Norm::kRms;  // never kByEpsilonKey
  float norm_eps = 1e-5f;
  float rope_theta = 10000;
  float window_rope_theta = 10000;  // of layers with a window
  RopeScaling rope_scaling;

  // A token sees those before it only; else all of its text, which one step must hold then: an encoder.
  bool is_causal = true;
  float attention_scale = 0;  // multiplies q . k; 0 until read_hyperparameters() sets it
  float attention_soft_cap = 0;
  float embedding_scale = 1;
  float residual_scale = 1;  // multiplies a sublayer's output before it is added
  float logit_scale = 1;
  float final_soft_cap = 0;
  bool expert_shares_sum_to_one = true;  // softmax over the chosen experts, not over all
  float expert_share_scale = 1;
};

// Reads <arch>.* keys, <arch> being what the file says; `file` names the file in errors.  Fails with kCorruptFile
// (missing, out of range, not dividing) or kUnsupported (a rope scaling or head size this build does not know).
// vocab_size is left to the embedding's rows.
Result<Hyperparameters> read_hyperparameters(std::string_view file, const Metadata& metadata, const Architecture& arch);

// Gives all but the last of every `period` layers a window of `length` positions; none when period is 0.
void set_windows(Hyperparameters& hp, int64_t period, int64_t length);

// scale * B (A x), which an adapter adds to a product (model/adapter/apply_adapters.h).  The scale is each token's own
// (Batch::Run::adapter_scales); where it is 0, nothing is added.
struct LowRankProduct {
  WeightView a;          // [rank, n_cols] F32
  const float* b;        // [rank, n_rows]  B transposed, LowRank::scale multiplied into it
  int64_t first_column;  // of its A x [n_tokens, rank] in Workspace::low_rank
  size_t adapter;        // in AppliedAdapters::scales
};

// y = matrix x [* scale] [+ bias] [+ adapters]
struct Linear {
  WeightView matrix;                             // no data: absent
  const float* bias = nullptr;                   // [n_rows]; null: none
  const float* scale = nullptr;                  // [1]; null: none
  std::span<const LowRankProduct> adapted = {};  // in the order the adapters were given

  explicit operator bool() const { return matrix.data != nullptr; }
};

struct NormWeights {
  const float* weight = nullptr;  // null: no norm
  const float* bias = nullptr;    // null: none

  explicit operator bool() const { return weight != nullptr; }
};

struct AttentionWeights {
  Attention options;
  Linear q, k, v, output;
  NormWeights q_norm, k_norm;
  NormWeights output_norm;                   // of what `output` reads
  int64_t q_norm_size = 0, k_norm_size = 0;  // of the weights: head_dim, or heads * head_dim
  const float* sinks = nullptr;              // [n_heads] a score that takes part in the softmax and has no value
  int n_heads = 0, n_kv_heads = 0;
  int64_t window = 0;
  int rope_table = -1;  // index into Model::ropes; -1: no rotation
};
struct FfnWeights {
  Ffn options;
  Linear gate, up, down;  // gate may be absent
  NormWeights down_norm;  // of what `down` reads
  int64_t ffn_size = 0;
};
// Matrices of one shape, one for each expert, one after another.
struct ExpertMatrices {
  WeightView first;             // no data: absent
  const float* bias = nullptr;  // [n_experts, n_rows]; null: none

  WeightView expert(int64_t number) const;
};
struct ExpertsWeights {
  Experts options;
  Linear router;  // [n_experts, hidden]
  ExpertMatrices gate, up, down;
};
struct BlockSkipWeights {
  bool keeps[2], mixes[2];
  const float* shares = nullptr;  // [2] of the kept state and of the current one
};
struct SublayerWeights {
  NormWeights norm;       // of the input
  NormWeights post_norm;  // of the output, before it is added
  NormWeights sum_norm;   // of the residual stream, once it is added
  std::variant<AttentionWeights, FfnWeights, ExpertsWeights, BlockSkipWeights> weights;
};
struct LayerWeights {
  std::vector<SublayerWeights> sublayers;
  // All sublayers read what the layer was given (parallel residual); else each reads what those before it left.
  bool parallel = false;
};

// What apply_adapters() gave a model.
struct AppliedAdapters {
  std::vector<LowRankProduct> products;  // those of one Linear stand together
  std::vector<float> scales;             // of each adapter, for runs without scales of their own
  int64_t n_columns = 0;                 // of Workspace::low_rank
  Buffer memory;
};

// Movable.  Immutable after loading; any number of threads and sequences may read it.
struct Model {
  const Architecture* arch = nullptr;
  Hyperparameters hp;
  Metadata metadata;
  std::shared_ptr<const Tokenizer> tokenizer;  // null when the file holds none

  WeightView embedding;               // [vocab, hidden]
  WeightView positions;               // [context, hidden] learned positions; no data: none
  const float* token_type = nullptr;  // [hidden] added to every token; null: none
  NormWeights embedding_norm;         // of what the first layer reads
  Linear output;                      // the head; the embedding itself when tied
  NormWeights output_norm;
  std::vector<RopeTable> ropes;  // [0] of layers without a window, [1] of those with, where they differ
  std::vector<LayerWeights> layers;
  AppliedAdapters adapters;

  int64_t weight_bytes = 0;    // bytes of all matrices
  int64_t mapped_bytes = 0;    // how many of those are used where the file has them
  int64_t arena_bytes = 0;     // of what was copied, matrices and numbers
  int64_t matrix_weights = 0;  // weights in the layers' matrices (the head not counted)

  // The tensor each view begins with, "blk.0.attn_q.weight" also where the file holds it inside another.
  std::unordered_map<const void*, std::string> tensor_names;

  // Of the longest row of a matrix in file layout, which LoadOptions::low_memory leaves; 0: there is none.
  int64_t longest_file_row_bytes = 0;

  // What the views point to.
  Buffer arena;
  std::vector<std::shared_ptr<const FileMap>> maps;
  std::vector<std::shared_ptr<const std::vector<uint8_t>>> buffers;

  // Fails with kIo when a file that views point to shrank or could not be read: results since then are worth nothing.
  Status check_files() const;
};

// Where a model's matrices (most of them) are.
enum class WeightPlace {
  kMapped,      // used as the file has them, in run layout
  kRepacked,    // brought into run layout in memory
  kFileLayout,  // left in file layout (LoadOptions::low_memory)
};
WeightPlace weight_place(const Model& model);
const char* name_of(WeightPlace place);  // "mapped", "repacked", "file layout"

struct LoadOptions {
  // Matrices in file layout stay in the file and are repacked, some rows at a time, for every product: slower, with the
  // same results, and the system may take their memory back at any time.
  bool low_memory = false;
};

// Loads a model file.  Matrices in run layout are used as they are mapped; others are brought into run layout in
// memory, which `pool` shares.  Fails with kCorruptFile, kUnsupported (the family or type is named), kIo (also when the
// file changes meanwhile), or kOutOfMemory before anything large is allocated.
Result<Model> load_model(const std::string& path, ThreadPool& pool, const LoadOptions& options = {});
// The same from an opened checkpoint; `name` stands for the file in errors.
Result<Model> load_model(const Checkpoint& checkpoint, const std::string& name, ThreadPool& pool,
                         const LoadOptions& options = {});

// The model as load_model() would give it, from the header alone: sizes, options and views whose numbers must not be
// used, no tokenizer and no metadata.  Fails as load_model() does for description, names and shapes.
Result<Model> outline_model(const Checkpoint& checkpoint, const std::string& name, const LoadOptions& options = {});

// Fails as load_model does for everything it looks at before it copies weights: description, tokenizer, names, shapes.
Status check_model(const Checkpoint& checkpoint, const std::string& name);

// Fails with kUnsupported when the model is an encoder: it makes vectors of texts and cannot write one.
Status check_writes_text(const Model& model);

}  // namespace ondol
