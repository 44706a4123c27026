// DivergenceMeter: the mean KL divergence of changed models from one original over a few hundred positions of text,
// the original's logits computed once.
#pragma once

#include <span>
#include <vector>

#include "base/memory.h"
#include "base/thread_pool.h"
#include "model/model.h"
#include "tune/data/example.h"

namespace ondol {

// One model's figures at a meter's positions.
struct ModelDistance {
  std::vector<double> divergences;  // [n_positions] KL(original || model), nats
  int64_t n_same_top = 0;           // positions where both hold the same token likeliest
  double nats = 0;                  // the sum of -ln p of the tokens that follow

  double mean() const;
  double median() const;
  double p99() const;  // nearest rank
  double top1_agreement() const;
};

// `pool` and the examples outlive it.
class DivergenceMeter {
 public:
  // Measures where the next token is one that examples learn, at most `max_positions` of them and no more than fit 256
  // MiB.  Fails with kBadInput when there is none, as ExampleFeed does, or with kOutOfMemory.
  static Result<DivergenceMeter> create(const Model& original, ThreadPool& pool, std::span<const Example> examples,
                                        int64_t max_positions);

  // KL(original || model) in nats, the mean over positions.  `model` has the original's shape.  Fails with kInterrupted
  // or kOutOfMemory.
  Result<double> measure(const Model& model);

  // The same, and all figures.
  Result<ModelDistance> compare(const Model& model);

  // The bytes of text that the predicted tokens stand for.
  int64_t n_bytes(const Tokenizer& tokenizer) const;

  int64_t n_positions() const { return n_positions_; }

 private:
  DivergenceMeter(ThreadPool& pool, int64_t vocab_size) : pool_(&pool), vocab_size_(vocab_size) {}

  ThreadPool* pool_;
  int64_t vocab_size_;
  std::vector<Example> examples_;  // as many as have the positions
  int64_t n_positions_ = 0;
  std::vector<TokenId> targets_;  // [n_positions] the tokens that follow
  Buffer logits_;                 // [n_positions, vocab_size] of the original
};

}  // namespace ondol
