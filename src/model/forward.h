// One step of a model over a batch of tokens, of one sequence or many.
#pragma once

#include <span>

#include "model/kv_cache_view.h"
#include "model/model.h"

namespace ondol {

// The tokens of a step.  Tokens of one sequence stand together in order of position; keys and values of positions before
// a sequence's first token must already be in its pages, and pages for all its tokens must be there.
struct Batch {
  struct Run {                 // consecutive tokens of one sequence
    KvCacheView cache;
    int32_t first_position;
    int64_t n_tokens;
  };
  std::span<const TokenId> tokens;        // all runs, one after another; ids are in [0, vocab_size)
  std::span<const Run> runs;
  std::span<const int64_t> logit_tokens;  // indices into tokens whose logits are wanted, ascending
};

// Memory one step needs, reused from step to step.
class Workspace {
 public:
  // For steps of at most `max_tokens` tokens, `max_logits` wanted rows and `max_pages` pages a sequence.
  static Result<Workspace> create(const Model& model, int n_threads, int64_t max_tokens, int64_t max_logits,
                                  int64_t max_pages);
  static int64_t size_bytes(const Model& model, int n_threads, int64_t max_tokens, int64_t max_logits,
                            int64_t max_pages);

  Buffer memory;
  int64_t max_tokens = 0, max_logits = 0, max_pages = 0;
  float* hidden = nullptr;      // [max_tokens, hidden]  residual stream
  float* normed = nullptr;      // [max_tokens, max(hidden, ffn, heads*head_dim)]  input of a product
  float* q = nullptr;           // [max_tokens, heads*head_dim]; gate [max_tokens, ffn] shares its place
  float* k = nullptr;           // [max_tokens, kv_heads*head_dim]
  float* v = nullptr;
  float* gate = nullptr;        // [max_tokens, ffn]
  float* up = nullptr;          // [max_tokens, ffn]
  float* result = nullptr;      // [max_tokens, hidden]  a sublayer's output before it is added
  float* logit_rows = nullptr;  // [max_logits, hidden]
  float* rope = nullptr;        // [max_tokens, rope_dims]: cos then sin of each token's position
  int32_t* positions = nullptr; // [max_tokens]
  Q8Activations q8;             // of the widest input
  uint8_t* scratch = nullptr;   // [n_threads][scratch_bytes] for products
  int64_t scratch_bytes = 0;
  const uint8_t** page_pointers = nullptr;  // [n_threads][2 * max_pages]
};

// Runs the batch: appends keys and values to the caches and writes logits [logit_tokens.size(), vocab_size] f32.
// Cannot fail.  Called by one thread at a time per Workspace; splits its loops over `pool`.
// Logits of a token depend on that token's sequence only, bit for bit (kernel/kernels.h, the contract).
void forward(const Model& model, const Batch& batch, Workspace& work, ThreadPool& pool, float* logits);

}  // namespace ondol
