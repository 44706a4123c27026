#include "compress/calibrate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/test_folder.h"
#include "engine/tiny_engine.h"
#include "model/import/import.h"

namespace ondol {
namespace {

class CalibrateTest : public testing::Test {
 protected:
  ThreadPool pool_{2};
  Checkpoint checkpoint_ = *make_random_checkpoint(kTinyShape, dtype_of<F32>, 5);
  Model model_ = *load_model(checkpoint_, "tiny", pool_, {.low_memory = true});

  static std::vector<Example> random_examples(int n, uint64_t seed) {
    SplitMix64 random(seed);
    std::vector<Example> examples(static_cast<size_t>(n));
    for (Example& example : examples) {
      example.tokens = random_text(static_cast<int64_t>(2 + random.below(60)), random);
      example.learns.assign(example.tokens.size(), 1);
      example.learns[0] = 0;
    }
    return examples;
  }

  std::vector<float> numbers(const std::string& name) {
    const TensorView& view = *checkpoint_.find(name);
    std::vector<float> values(static_cast<size_t>(view.shape.n_elements()));
    view.dtype.info().decode(view.data, values.data(), view.shape.n_elements());
    return values;
  }
};

TEST_F(CalibrateTest, SumsTheSquaresOfWhatAMatrixReads) {
  const auto examples = random_examples(20, 1);
  const auto result = calibrate(model_, checkpoint_, pool_, examples, {.chunk_tokens = 100});
  ASSERT_TRUE(result) << result.error().message;
  const auto& matrices = result->importance.matrices;
  EXPECT_EQ(matrices.size(), 7u * 2 + 1) << "seven of each layer, and the head";

  // What the first layer's attention reads: the embeddings, normalised.
  const auto embedding = numbers("token_embd.weight"), weight = numbers("blk.0.attn_norm.weight");
  const size_t n = weight.size();
  std::vector<double> expected(n);
  int64_t n_tokens = 0;
  for (const Example& example : examples) {
    for (const TokenId token : example.tokens) {
      const float* row = embedding.data() + static_cast<size_t>(token) * n;
      double squares = 0;
      for (size_t i = 0; i < n; ++i) squares += static_cast<double>(row[i]) * static_cast<double>(row[i]);
      const double scale = 1 / std::sqrt(squares / static_cast<double>(n) + 1e-5);
      for (size_t i = 0; i < n; ++i) {
        const double x = static_cast<double>(row[i]) * scale * static_cast<double>(weight[i]);
        expected[i] += x * x;
      }
      ++n_tokens;
    }
  }
  for (const char* name : {"blk.0.attn_q.weight", "blk.0.attn_k.weight", "blk.0.attn_v.weight"}) {
    const MatrixImportance& matrix = matrices.at(name);
    EXPECT_EQ(matrix.n_tokens, std::vector<int64_t>{n_tokens});
    for (size_t i = 0; i < n; ++i) ASSERT_NEAR(matrix.squares[i], expected[i], 1e-4 * expected[i]) << name << " " << i;
  }
}

TEST_F(CalibrateTest, GoesOnWhereItStopped) {
  const auto examples = random_examples(30, 2);
  const CalibrateOptions options{.chunk_tokens = 100};
  const auto whole = calibrate(model_, checkpoint_, pool_, examples, options);
  ASSERT_TRUE(whole);
  Importance half;
  const auto stopped = calibrate(model_, checkpoint_, pool_, examples, options, {},
                                 [&](const Importance& so_far, int64_t n_chunks) -> Status {
                                   if (so_far.n_chunks < n_chunks / 2) return ok();
                                   half = so_far;
                                   return tl::make_unexpected(Error{ErrorKind::kInterrupted, ""});
                                 });
  ASSERT_FALSE(stopped);
  ASSERT_GT(half.n_chunks, 0);
  const auto rest = calibrate(model_, checkpoint_, pool_, examples, options, half);
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->importance.n_chunks, whole->importance.n_chunks);
  for (const auto& [name, matrix] : whole->importance.matrices) {
    EXPECT_EQ(rest->importance.matrices.at(name).squares, matrix.squares) << name;
    EXPECT_EQ(rest->importance.matrices.at(name).n_tokens, matrix.n_tokens) << name;
  }
}

TEST_F(CalibrateTest, LossIsOfWhatExamplesLearn) {
  auto examples = random_examples(4, 3);
  for (Example& example : examples) std::fill(example.learns.begin(), example.learns.end() - 1, uint8_t{0});
  const auto result = calibrate(model_, checkpoint_, pool_, examples, {});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->loss.n_tokens, 4);
  EXPECT_GT(result->loss.mean(), 0);
}

TEST(CalibrateExperts, CountsEachExpertsTokens) {
  const TestFolder folder;
  ThreadPool pool(2);
  const auto imported = import_model(std::string(ONDOL_SOURCE_DIR) + "/tests/golden/family/mixtral_top2", "");
  ASSERT_TRUE(imported) << imported.error().message;
  ASSERT_TRUE(write_model(folder.path("m.gguf"), *imported, {}, pool));
  const auto checkpoint = open_checkpoint(folder.path("m.gguf"));
  ASSERT_TRUE(checkpoint);
  const auto model = load_model(*checkpoint, "m", pool, {.low_memory = true});
  ASSERT_TRUE(model);
  Example example;
  SplitMix64 random(4);
  for (int i = 0; i < 40; ++i) {
    example.tokens.push_back(static_cast<TokenId>(random.below(static_cast<uint64_t>(model->hp.vocab_size))));
  }
  example.learns.assign(40, 1);
  const auto result = calibrate(*model, *checkpoint, pool, {&example, 1}, {});
  ASSERT_TRUE(result) << result.error().message;
  const MatrixImportance& up = result->importance.matrices.at("blk.0.ffn_up_exps.weight");
  const MatrixImportance& down = result->importance.matrices.at("blk.0.ffn_down_exps.weight");
  ASSERT_EQ(up.n_experts(), model->hp.n_experts);
  EXPECT_EQ(std::accumulate(up.n_tokens.begin(), up.n_tokens.end(), int64_t{0}), 40 * model->hp.n_experts_used);
  EXPECT_EQ(up.n_tokens, down.n_tokens);
  EXPECT_EQ(down.n_cols, model->hp.expert_ffn_size);
}

}  // namespace
}  // namespace ondol
