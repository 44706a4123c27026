// How surprised a model is by examples, over the tokens that they learn.
#pragma once

#include "base/thread_pool.h"
#include "tune/data/example.h"

namespace ondol {

struct ExampleLoss {
  double nats = 0;  // the sum over tokens of -ln p
  int64_t n_tokens = 0;

  double mean() const { return n_tokens == 0 ? 0 : nats / static_cast<double>(n_tokens); }

  // Adds rows as ExampleFeed::read() gives them.
  void add(const Example& example, int64_t first_token, int64_t n_rows, const float* logits, int64_t vocab_size,
           ThreadPool& pool);
};

}  // namespace ondol
