#include "model/random_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <set>

#include "model/model.h"

namespace ondol {
namespace {

constexpr ModelShape kTiny{.name = "tiny",
                           .n_layers = 2,
                           .hidden_size = 96,
                           .n_heads = 3,
                           .n_kv_heads = 1,
                           .head_dim = 32,
                           .ffn_size = 160,
                           .vocab_size = 300,
                           .context_length = 128,
                           .rope_scaling = Llama3RopeScaling{.factor = 4}};

TEST(RandomModel, LoadsInEveryType) {
  ThreadPool pool(1);
  for (const TypeInfo& type : all_types()) {
    for (const bool tied : {true, false}) {
      ModelShape shape = kTiny;
      shape.tied = tied;
      const auto checkpoint = make_random_checkpoint(shape, *find_type(type.name), 1);
      ASSERT_TRUE(checkpoint) << checkpoint.error().message;
      const auto model = load_model(*checkpoint, "tiny", pool);
      ASSERT_TRUE(model) << type.name << ": " << model.error().message;
      EXPECT_EQ(model->hp.vocab_size, 300);
      EXPECT_EQ(model->tokenizer, nullptr);
    }
  }
}

TEST(RandomModel, IsTheSameForTheSameSeedOnly) {
  const auto bytes = [](uint64_t seed) {
    const auto checkpoint = make_random_checkpoint(kTiny, *find_type("Q4_0"), seed);
    std::string all;
    for (const NamedTensor& tensor : checkpoint->tensors) {
      all.append(reinterpret_cast<const char*>(tensor.view.data), static_cast<size_t>(tensor.view.size_bytes()));
    }
    return all;
  };
  EXPECT_TRUE(bytes(1) == bytes(1));
  EXPECT_FALSE(bytes(1) == bytes(2));
}

TEST(RandomModel, HasWeightsOfTheStatedSpreadAndDifferentRows) {
  const auto checkpoint = make_random_checkpoint(kTiny, *find_type("F32"), 1);
  const TensorView& gate = *checkpoint->find("blk.1.ffn_gate.weight");
  const auto* weights = reinterpret_cast<const float*>(gate.data);
  double sum = 0, squares = 0;
  for (int64_t i = 0; i < gate.shape.n_elements(); ++i) {
    sum += weights[i];
    squares += weights[i] * weights[i];
  }
  const auto n = static_cast<double>(gate.shape.n_elements());
  EXPECT_NEAR(squares / n * 96, 1, 0.05);
  EXPECT_NEAR(sum / n * std::sqrt(96.0), 0, 0.05);
  std::set<std::string> rows;
  for (int64_t r = 0; r < gate.shape.n_rows(); ++r) {
    rows.emplace(reinterpret_cast<const char*>(gate.row(r)), static_cast<size_t>(gate.row_bytes()));
  }
  EXPECT_EQ(std::ssize(rows), gate.shape.n_rows());
}

TEST(RandomModel, IsWrittenWithAVocabularyAndReadBack) {
  const std::string path = ::testing::TempDir() + "random_model_test.gguf";
  ASSERT_TRUE(write_random_model(path, kTiny, *find_type("Q8_0"), 1, {.force = true}));
  ThreadPool pool(1);
  const auto model = load_model(path, pool);
  std::filesystem::remove(path);
  ASSERT_TRUE(model) << model.error().message;
  ASSERT_NE(model->tokenizer, nullptr);
  EXPECT_EQ(model->tokenizer->vocab_size(), 300);
  EXPECT_EQ(model->tokenizer->piece(TokenId{290}), "t290");
}

TEST(RandomModel, KnowsThePublishedShapes) {
  const ModelShape* shape = find_shape("llama-3.2-1b");
  ASSERT_NE(shape, nullptr);
  int64_t n_weights = 0;
  for (const TensorToWrite& tensor : random_model_tensors(*shape, *find_type("Q4_0"), 1)) {
    n_weights += tensor.shape.n_elements();
  }
  EXPECT_EQ(n_weights, 1235814400 + 32);  // parameters of Llama-3.2-1B, and rope_freqs
  EXPECT_EQ(find_shape("llama-9"), nullptr);
}

}  // namespace
}  // namespace ondol
