// Tiny models for the tests of this floor.
#pragma once

#include "base/check.h"
#include "base/random.h"
#include "model/model.h"
#include "model/random_model.h"
#include "tensor/quant/f32.h"
#include "tune/packed_batch.h"

namespace ondol {

inline constexpr ModelShape kTestShape{.name = "test",
                                       .n_layers = 2,
                                       .hidden_size = 32,
                                       .n_heads = 4,
                                       .n_kv_heads = 2,
                                       .head_dim = 8,
                                       .ffn_size = 64,
                                       .vocab_size = 40,
                                       .context_length = 64};

// A model whose matrices stay in file layout, with what its views point to.
struct TestModel {
  Checkpoint checkpoint;
  Model model;
};
inline TestModel make_test_model(ThreadPool& pool, DType type = dtype_of<F32>, const ModelShape& shape = kTestShape) {
  auto checkpoint = make_random_checkpoint(shape, type, 5);
  CHECK(checkpoint);
  auto model = load_model(*checkpoint, "test", pool, {.low_memory = true});
  CHECK(model);
  return {std::move(*checkpoint), std::move(*model)};
}

// Sequences of those lengths; every token but the first two of each is a target.
inline PackedBatch make_test_batch(std::initializer_list<int64_t> lengths, int64_t vocab_size, uint64_t seed) {
  SplitMix64 random(seed);
  PackedBatch batch;
  for (const int64_t length : lengths) {
    const int64_t first = batch.n_rows();
    batch.examples.push_back(std::ssize(batch.sequences));
    batch.sequences.push_back({first, length});
    for (int64_t t = 0; t < length; ++t) {
      batch.tokens.push_back(static_cast<TokenId>(random.below(vocab_size)));
      if (t > 0) batch.targets.push_back({first + t, static_cast<TokenId>(random.below(vocab_size))});
    }
  }
  return batch;
}

}  // namespace ondol
