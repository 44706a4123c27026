#include "measure/traffic.h"

#include <gtest/gtest.h>

#include "model/random_model.h"

namespace ondol {
namespace {

constexpr ModelShape kShape{.name = "small",
                            .n_layers = 2,
                            .hidden_size = 64,
                            .n_heads = 2,
                            .n_kv_heads = 1,
                            .head_dim = 32,
                            .ffn_size = 96,
                            .vocab_size = 320,
                            .context_length = 128};

Model load(const ModelShape& shape) {
  ThreadPool pool(1);
  return *load_model(*make_random_checkpoint(shape, *find_type("Q8_0"), 1), "test", pool);
}

// Keys and values of one position: 2 layers x 1 head x 32 x 2 x 2 bytes.
constexpr int64_t kF16PositionBytes = 256;

TEST(Traffic, IsEveryWeightAndTheCacheOnce) {
  const Model model = load(kShape);
  EXPECT_EQ(step_read_bytes(model, KvType::kF16, 1, 0), model.weight_bytes + kF16PositionBytes);
  EXPECT_EQ(step_read_bytes(model, KvType::kF16, 3, 10), model.weight_bytes + 13 * kF16PositionBytes);
  EXPECT_EQ(step_read_bytes(model, KvType::kQ8_0, 1, 0), model.weight_bytes + 2 * 2 * (32 + 2));
}

TEST(Traffic, LeavesOutAnEmbeddingThatIsNotTheHead) {
  ModelShape untied = kShape;
  untied.tied = false;
  const Model model = load(untied);
  const int64_t embedding = run_layout_bytes(model.embedding.dtype, 320, 64);
  EXPECT_EQ(step_read_bytes(model, KvType::kF16, 1, 0), model.weight_bytes - embedding + kF16PositionBytes);
}

TEST(Traffic, SeesNoFurtherThanTheWindow) {
  Model model = load(kShape);
  model.hp.layers[1].window = 8;
  EXPECT_EQ(step_read_bytes(model, KvType::kF16, 1, 50), model.weight_bytes + (51 + 9) * kF16PositionBytes / 2);
}

TEST(Traffic, AddsUpOverSteps) {
  const Model model = load(kShape);
  const int64_t expected = step_read_bytes(model, KvType::kF16, 4, 5) + step_read_bytes(model, KvType::kF16, 2, 9);
  EXPECT_EQ(steps_read_bytes(model, KvType::kF16, 6, 4, 5), expected);
}

}  // namespace
}  // namespace ondol
