// A tiny random model and what tests ask of engines that run it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "engine/engine.h"
#include "model/random_model.h"

namespace ondol {

inline constexpr ModelShape kTinyShape{.name = "tiny",
                                       .n_layers = 2,
                                       .hidden_size = 64,
                                       .n_heads = 4,
                                       .n_kv_heads = 2,
                                       .head_dim = 32,
                                       .ffn_size = 96,
                                       .vocab_size = 50,
                                       .context_length = 256,
                                       .tied = false};

inline Model tiny_model(uint64_t seed = 3) {
  ThreadPool pool(1);
  auto model = load_model(*make_random_checkpoint(kTinyShape, dtype_of<Q8_0>, seed), "tiny", pool);
  EXPECT_TRUE(model) << model.error().message;
  return std::move(*model);
}

inline std::unique_ptr<Engine> tiny_engine(const Model& model, ThreadPool& pool, const EngineOptions& options) {
  auto engine = Engine::create(model, pool, options);
  EXPECT_TRUE(engine) << engine.error().message;
  return std::move(*engine);
}

inline std::vector<TokenId> random_text(int64_t n, SplitMix64& random) {
  std::vector<TokenId> tokens(static_cast<size_t>(n));
  for (TokenId& token : tokens) token = static_cast<TokenId>(random.below(kTinyShape.vocab_size));
  return tokens;
}

// The logits behind the last of `tokens`, which are fed to `sequence`.
inline std::vector<float> last_logits(Engine& engine, SequenceId sequence, std::span<const TokenId> tokens) {
  std::vector<float> logits;
  const Engine::Input input{sequence, tokens};
  const Status fed = engine.step({&input, 1}, [&](const Engine::Rows& rows) {
    logits.assign(rows.logits, rows.logits + engine.model().hp.vocab_size);
  });
  EXPECT_TRUE(fed) << fed.error().message;
  return logits;
}

inline bool equal_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

}  // namespace ondol
