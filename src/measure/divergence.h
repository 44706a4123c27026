// Divergence: how far a model's next-token distributions are from a reference's, over a text.
//
//   KL(reference || model) = sum over tokens of p (ln p - ln q), in nats, one value per position.
// Zero exactly when both give the same logits.  Source: Kullback and Leibler 1951.
#pragma once

#include "measure/perplexity.h"

namespace ondol {

struct Divergence {
  double mean = 0, mean_error = 0;
  double median = 0;
  double p99 = 0;  // the 99th percentile, nearest rank
  double max = 0;
  double top1_agreement = 0;  // share of positions where both hold the same token likeliest
  double top1_error = 0;
  double perplexity = 0, reference_perplexity = 0;
  int64_t n_positions = 0;
  int64_t window_length = 0;
};

// Over the same windows as measure_perplexity().  Fails as that does, and with kBadInput when the two vocabularies
// differ.
Result<Divergence> measure_divergence(const Model& model, const Model& reference, ThreadPool& pool,
                                      std::string_view text, const EvalOptions& options,
                                      const EvalProgress& progress = nullptr);

// KL(softmax(reference) || softmax(logits)) in nats, in double.
double row_divergence(const float* reference, const float* logits, int64_t vocab_size);

// Where two tokenizers first differ, in words; "" when they give every text the same ids.
std::string tokenizer_difference(const Tokenizer& a, const Tokenizer& b);

}  // namespace ondol
