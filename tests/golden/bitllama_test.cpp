// A ternary model from bitllama2.c's checkpoint to text.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/engine.h"
#include "kernel/dispatch.h"
#include "model/import/import.h"
#include "tensor/quant/tq2_0.h"

namespace ondol {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(ONDOL_SOURCE_DIR) / ".." / "shared" / "data" / "bitllama2-tinystories";

class Bitllama : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(checkpoint_)) GTEST_SKIP() << "no data at " << checkpoint_;
  }
  const fs::path checkpoint_ = kFolder / "outmini_bit_3M" / "bit_model.bin";
  const fs::path tokenizer_ = kFolder / "tokenizer.bin";
};

TEST_F(Bitllama, IsStoredInATernaryTypeExactly) {
  const auto model = import_model(checkpoint_, tokenizer_);
  ASSERT_TRUE(model) << model.error().message;
  const ImportedTensor* up = model->find("blk.3.ffn_up.weight");
  ASSERT_NE(up, nullptr);
  EXPECT_STREQ(up->dtype.name(), "TQ2_0");
  std::vector<uint8_t> row(static_cast<size_t>(up->dtype.size_bytes(up->shape.n_cols())));
  std::vector<float> weights(static_cast<size_t>(up->shape.n_cols()));
  int n_of[3] = {};
  for (int64_t r = 0; r < up->shape.n_rows(); ++r) {
    up->read_rows(r, 1, row.data());
    up->dtype.info().decode(row.data(), weights.data(), up->shape.n_cols());
    for (const float weight : weights) {
      ASSERT_TRUE(weight == -1 || weight == 0 || weight == 1) << weight;
      ++n_of[static_cast<int>(weight) + 1];
    }
  }
  EXPECT_GT(std::min({n_of[0], n_of[1], n_of[2]}), 1000);
}

// Their program rounds activations to eight bits a token, we to eight bits a group of 32 columns; after 278 bytes that
// tips the choice between two words, and the texts part.
TEST_F(Bitllama, BeginsTheExpectedText) {
  constexpr size_t kCommonBytes = 278;
  ThreadPool pool(2);
  const auto imported = import_model(checkpoint_, tokenizer_);
  ASSERT_TRUE(imported) << imported.error().message;
  const std::string path = fs::path(::testing::TempDir()) / "bitllama_test.gguf";
  ASSERT_TRUE(write_model(path, *imported, std::nullopt, pool, {.force = true}));
  const auto model = load_model(path, pool);
  fs::remove(path);
  ASSERT_TRUE(model) << model.error().message;
  // a table of its own: the process's is left for children to choose (reference.h)
  const auto engine = Engine::create(*model, pool, {.kernel = runnable().back()});
  ASSERT_TRUE(engine);

  const SequenceId sequence = *(*engine)->open();
  TokenId token{1};
  std::string text;
  for (int step = 0; step < 120; ++step) {
    const Engine::Input input{sequence, {&token, 1}, true};
    ASSERT_TRUE((*engine)->step({&input, 1}, [&](const Engine::Rows& rows) {
      const auto best = std::max_element(rows.logits, rows.logits + model->hp.vocab_size);
      token = static_cast<TokenId>(best - rows.logits);
    }));
    text += model->tokenizer->piece(token, false);
  }
  std::ifstream file(kFolder / "expected_greedy_3M_empty_prompt_256steps.txt");
  std::stringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(text.substr(text.find_first_not_of(' '), kCommonBytes), expected.str().substr(0, kCommonBytes));
}

}  // namespace
}  // namespace ondol
