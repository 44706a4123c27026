// A ternary model from bitllama2.c's checkpoint to text.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <span>
#include <sstream>

#include "engine/engine.h"
#include "kernel/dispatch.h"
#include "model/import/import.h"
#include "reference.h"
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
  // Imported, written and loaded.
  Result<Model> converted() {
    TRY(const ImportedModel imported, import_model(checkpoint_, tokenizer_));
    const std::string path = fs::path(::testing::TempDir()) / "bitllama_test.gguf";
    TRY(write_model(path, imported, std::nullopt, pool_, {.force = true}));
    auto model = load_model(path, pool_);
    fs::remove(path);
    return model;
  }
  static std::string expected_text() {
    std::ifstream file(kFolder / "expected_greedy_3M_empty_prompt_256steps.txt");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  const fs::path checkpoint_ = kFolder / "outmini_bit_3M" / "bit_model.bin";
  const fs::path tokenizer_ = kFolder / "tokenizer.bin";
  ThreadPool pool_{2};
};

TokenId likeliest(std::span<const float> logits) {
  return static_cast<TokenId>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

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

// Written freely, the text is theirs up to a near tie: the last bits of sums decide which activations round to which of
// 255 steps, and that moves a logit by 0.02 (docs/gaps.md).
TEST_F(Bitllama, BeginsTheExpectedText) {
  constexpr size_t kCommonBytes = 285;
  const auto model = converted();
  ASSERT_TRUE(model) << model.error().message;
  // a table of its own: the process's is left for children to choose (reference.h)
  const auto engine = Engine::create(*model, pool_, {.kernel = runnable().back()});
  ASSERT_TRUE(engine);

  const SequenceId sequence = *(*engine)->open();
  TokenId token{1};
  std::string text;
  for (int step = 0; step < 120; ++step) {
    const Engine::Input input{sequence, {&token, 1}, true};
    ASSERT_TRUE((*engine)->step({&input, 1}, [&](const Engine::Rows& rows) {
      token = likeliest({rows.logits, static_cast<size_t>(model->hp.vocab_size)});
    }));
    text += model->tokenizer->piece(token, false);
  }
  EXPECT_EQ(text.substr(text.find_first_not_of(' '), kCommonBytes), expected_text().substr(0, kCommonBytes));
}

// All of it, each token after theirs before it: it is our choice, too, or nearly.
TEST_F(Bitllama, FindsTheWholeExpectedTextLikeliest) {
  constexpr size_t kSteps = 256;
  constexpr int kMaxNearTies = 3;
  constexpr float kNearTie = 0.06f;  // three times what last bits do to a logit
  const auto model = converted();
  ASSERT_TRUE(model) << model.error().message;
  std::vector<TokenId> tokens = model->tokenizer->encode(expected_text());
  tokens.insert(tokens.begin(), TokenId{1});
  ASSERT_EQ(tokens.size(), kSteps + 2);  // a new line behind the last

  Reference reference{.tokens = {tokens.begin(), tokens.begin() + kSteps}};
  reference.positions.resize(kSteps);
  std::iota(reference.positions.begin(), reference.positions.end(), 0);
  for (const KvType kv_type : {KvType::kF16, KvType::kF32}) {
    const std::vector<float> logits = logits_of(*model, reference, {.kv_type = kv_type, .kernel = runnable().back()});
    const auto vocab_size = static_cast<size_t>(model->hp.vocab_size);
    ASSERT_EQ(logits.size(), kSteps * vocab_size);
    int n_near_ties = 0;
    for (size_t step = 0; step < kSteps; ++step) {
      const std::span<const float> row(logits.data() + step * vocab_size, vocab_size);
      const TokenId ours = likeliest(row), theirs = tokens[step + 1];
      if (ours == theirs) continue;
      ++n_near_ties;
      EXPECT_LT(row[static_cast<size_t>(ours)] - row[static_cast<size_t>(theirs)], kNearTie) << "step " << step;
    }
    EXPECT_LE(n_near_ties, kMaxNearTies);
  }
}

}  // namespace
}  // namespace ondol
