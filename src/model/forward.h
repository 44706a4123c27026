// One step of a model over a batch of tokens, of one sequence or many.
#pragma once

#include <span>

#include "kernel/dispatch.h"
#include "model/greedy_head.h"
#include "model/kv_cache_view.h"
#include "model/model.h"
#include "model/product_observer.h"

namespace ondol {

// What will be looked at of one token's logits.
struct LogitUse {
  std::span<const uint64_t> allowed = {};  // one bit for each token id: these only; empty: all
  bool highest_only = false;               // of those, the highest and all that equal it
};

// The tokens of a step.  Tokens of one sequence stand together in order of position; keys and values of positions
// before a sequence's first token must already be in its pages, and pages for all its tokens must be there.
struct Batch {
  struct Run {  // consecutive tokens of one sequence, of one block (kv_cache_view.h) where its cache is q4_0
    KvCacheView cache;
    int32_t first_position;
    int64_t n_tokens;
    std::span<const float> adapter_scales = {};  // [adapters of the model]; empty: AppliedAdapters::scales
  };
  std::span<const TokenId> tokens;  // all runs, one after another; ids are in [0, vocab_size)
  std::span<const Run> runs;
  std::span<const int64_t> logit_tokens;      // indices into tokens whose logits are wanted, ascending
  std::span<const LogitUse> logit_uses = {};  // of logit_tokens; empty: all logits are looked at
};

// The tokens of a step that chose one expert.
struct ExpertGroup {
  int32_t expert;
  int64_t first_row, n_rows;
};

// What a step over experts needs; nothing where there are none.  A row is a token's for one of its experts.
struct ExpertsWork {
  float* logits = nullptr;        // [max_tokens, n_experts]  of the router
  int32_t* chosen = nullptr;      // [max_tokens, n_experts_used]  experts
  float* share = nullptr;         // [max_tokens, n_experts_used]
  int64_t* row = nullptr;         // [max_tokens, n_experts_used]
  int64_t* n_rows = nullptr;      // [n_experts]
  ExpertGroup* groups = nullptr;  // [n_experts]
  int64_t* token = nullptr;       // [max_rows]
  float* rows = nullptr;          // [max_rows, hidden]  inputs, then outputs
  float* gate = nullptr;          // [max_rows, expert_ffn]
  float* up = nullptr;            // [max_rows, expert_ffn]
  Q8Activations by_32, by_256;    // rows or gate, quantised
};

// Rows of a matrix in file layout that are repacked at a time: whole strips of every kernel table.
inline constexpr int kRepackedRows = 6 * kPanelRows;

// Memory one step needs, reused from step to step.
class Workspace {
 public:
  // For steps of at most `max_tokens` tokens whose sequences have at most `max_pages` pages, computed by `kernel`.
  static Result<Workspace> create(const Model& model, int n_threads, int64_t max_tokens, int64_t max_pages,
                                  const Kernels& kernel = kernels());
  static int64_t size_bytes(const Model& model, int n_threads, int64_t max_tokens, int64_t max_pages,
                            const Kernels& kernel = kernels());
  // How much of that takes memory when no step has more than `n_tokens` tokens, in the system's pieces.
  static int64_t written_bytes(const Model& model, int n_threads, int64_t max_tokens, int64_t max_pages,
                               int64_t n_tokens, const Kernels& kernel = kernels());

  const Kernels* kernel = nullptr;
  ProductObserver* observer = nullptr;  // not owned; null: nobody looks
  float* hidden = nullptr;              // [max_tokens, hidden]  residual stream
  float* layer_input = nullptr;         // [max_tokens, hidden]  what a layer with a parallel residual was given
  float* kept[2] = {};                  // [max_tokens, hidden]  hidden states that block skips keep
  float* input = nullptr;               // [max_tokens, widest input]  what the next product reads
  Q8Activations by_32, by_256;          // the same, quantised
  float* q = nullptr;                   // [max_tokens, heads * head_dim]
  float* k = nullptr;                   // [max_tokens, kv_heads * head_dim]
  float* v = nullptr;                   // [max_tokens, kv_heads * head_dim]
  float* gate = nullptr;                // [max_tokens, ffn]
  float* up = nullptr;                  // [max_tokens, ffn]
  float* low_rank = nullptr;  // [max_tokens, Model::adapters.n_columns]  scale * A x of the next products' adapters
  const float** adapter_scales = nullptr;  // [max_tokens][adapters]  of the next products' rows; null: none
  ExpertsWork experts;
  float* result = nullptr;  // [max_tokens, hidden]  a sublayer's output before it is added
  float* rope[2] = {};      // [max_tokens, rope_dims]  cosines, then sines, of each token's position, per rope table
  int32_t* positions = nullptr;  // [max_tokens]
  int32_t* last_seen = nullptr;  // [max_tokens]  the last position each token sees: its own, or its text's last
  std::span<Rows> head_rows;     // [panels of the head]
  float* head_bounds = nullptr;  // [panels of the head]
  GreedyHead greedy_head;
  uint8_t* scratch = nullptr;  // [n_threads, scratch_bytes]  for products, then for panels of a matrix
  int64_t product_bytes = 0;   // of a thread's scratch, the kernel's part
  int64_t scratch_bytes = 0;
  const uint8_t** pages = nullptr;  // [n_threads, 2 * max_pages]  for attention
  int64_t max_pages = 0;
  bool is_long_context = false;  // max_pages hold more than the context that rope scaling starts from

 private:
  Buffer memory_;
};

// Runs the batch: appends keys and values to the caches and writes logits [logit_tokens.size(), vocab_size] f32, of
// which those that will not be looked at may be anything.
// Cannot fail.  Called by one thread at a time per Workspace; splits its loops over `pool`.
// Logits of a token depend on that token's sequence only, bit for bit (kernel/kernels.h, the contract).
void forward(const Model& model, const Batch& batch, Workspace& work, ThreadPool& pool, float* logits);

// The same without logits: returns the hidden states behind the last norm [tokens.size(), hidden_size] f32, which lie
// in `work` until its next step.  A run of an encoder is a whole text, and its cache needs room for one layer only.
const float* forward_hidden(const Model& model, const Batch& batch, Workspace& work, ThreadPool& pool);

}  // namespace ondol
