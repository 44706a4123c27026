// Perplexity: how surprised a model is by a text; lower is better.
//
//   perplexity = exp(mean of -ln p(token | tokens before it in its window)),  bits per byte = sum of -log2 p / bytes.
// Bits per byte compare models with different vocabularies.  Source: Jelinek et al. 1977; Gao et al. 2020 (The Pile),
// section 3.1.
#pragma once

#include <functional>
#include <string_view>

#include "engine/engine.h"

namespace ondol {

struct EvalOptions {
  int64_t context_length = 0;     // of a window; 0: the model's, at most 512
  KvType kv_type = KvType::kF32;  // exact, so that the figure is the weights' alone
};

// Receives scored tokens and all; may be null.
using EvalProgress = std::function<void(int64_t n_done, int64_t n_all)>;

// The standard errors treat tokens as independent draws, which they are not quite; they are a lower bound.
struct Perplexity {
  double value = 0, value_error = 0;
  double bits_per_byte = 0, bits_per_byte_error = 0;
  int64_t n_tokens = 0;  // of the text
  int64_t n_scored = 0;
  int64_t n_bytes = 0;  // of the scored text
  int64_t n_windows = 0;
  int64_t window_length = 0;
  bool leads_with_bos = false;
};

// Fails with kBadInput (no tokenizer, a text too short, a context too long), kOutOfMemory, kIo or kInterrupted.
// The result does not depend on the number of threads.
Result<Perplexity> measure_perplexity(const Model& model, ThreadPool& pool, std::string_view text,
                                      const EvalOptions& options, const EvalProgress& progress = nullptr);

// -ln p(target) under softmax(logits), in double.
double token_loss(const float* logits, int64_t vocab_size, TokenId target);

}  // namespace ondol
