// Models as far as adapters look at them, and random adapters.  For tests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "model/adapter/adapter.h"
#include "model/model.h"

namespace ondol {

inline Hyperparameters sizes(const Architecture& arch, int n_heads, int n_kv_heads, int hidden, int ffn, int n_layers) {
  Metadata metadata;
  const auto set = [&](const char* key, int value) {
    metadata.set_u32(arch.name() + "." + key, static_cast<uint32_t>(value));
  };
  set("block_count", n_layers);
  set("embedding_length", hidden);
  set("feed_forward_length", ffn);
  set("attention.head_count", n_heads);
  set("attention.head_count_kv", n_kv_heads);
  set("context_length", 64);
  metadata.set_f32(arch.name() + ".attention.layer_norm_epsilon", 1e-5f);
  metadata.set_f32(arch.name() + ".attention.layer_norm_rms_epsilon", 1e-5f);
  Result<Hyperparameters> hp = read_hyperparameters("test", metadata, arch);
  EXPECT_TRUE(hp) << hp.error().message;
  hp->vocab_size = 60;
  return *hp;
}

// A model as far as its files' names and sizes go.
inline Model described(const char* family, int n_heads, int n_kv_heads, int hidden, int ffn, int n_layers) {
  Model model;
  model.arch = find_architecture(family);
  model.hp = sizes(*model.arch, n_heads, n_kv_heads, hidden, ffn, n_layers);
  return model;
}
inline Model llama() { return described("llama", 6, 2, 48, 40, 2); }
inline Model gpt2() { return described("gpt2", 4, 4, 32, 48, 2); }

inline std::vector<float> random_numbers(int64_t n, SplitMix64& random) {
  std::vector<float> numbers(static_cast<size_t>(n));
  for (float& number : numbers) number = static_cast<float>(random.uniform()) - 0.5f;
  return numbers;
}

inline LowRank low_rank(std::string tensor, int64_t rank, int64_t n_rows, int64_t n_cols, float scale,
                        SplitMix64& random) {
  return {.tensor = std::move(tensor),
          .rank = rank,
          .n_rows = n_rows,
          .n_cols = n_cols,
          .a = random_numbers(rank * n_cols, random),
          .b = random_numbers(n_rows * rank, random),
          .scale = scale};
}

inline Adapter llama_adapter() {
  SplitMix64 random(1);
  return {.architecture = "llama",
          .alpha = 6,
          .matrices = {low_rank("blk.0.attn_q.weight", 3, 48, 48, 2, random),
                       low_rank("blk.0.attn_k.weight", 3, 16, 48, 2, random),
                       low_rank("blk.0.attn_v.weight", 3, 16, 48, 2, random),
                       low_rank("blk.1.ffn_gate.weight", 3, 40, 48, 2, random),
                       low_rank("blk.1.ffn_down.weight", 3, 48, 40, 2, random),
                       low_rank("output.weight", 3, 60, 48, 2, random)}};
}

}  // namespace ondol
