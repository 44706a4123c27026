#include "compress/vocabulary_trim.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/test_folder.h"
#include "engine/tiny_engine.h"
#include "model/import/import.h"
#include "model/import/rearrange.h"
#include "tensor/quant/f32.h"
#include "tensor/quant/q4_0.h"
#include "tensor/quant/q8_0.h"

namespace ondol {
namespace {

// A tiny model with random_model_metadata()'s vocabulary.
Checkpoint vocabulary_model(bool tied, DType type) {
  ModelShape shape = kTinyShape;
  shape.vocab_size = 320;
  shape.tied = tied;
  auto checkpoint = make_random_checkpoint(shape, type, 5);
  EXPECT_TRUE(checkpoint);
  checkpoint->metadata = random_model_metadata(shape, true);
  return std::move(*checkpoint);
}

class VocabularyTrimTest : public testing::Test {
 protected:
  // Keeps what is required and every third token.
  void trim(const ImportedModel& original) {
    const auto trim = TokenizerTrim::create(original.source.metadata);
    ASSERT_TRUE(trim) << trim.error().message;
    kept_ = trim->required();
    for (size_t id = 0; id < kept_.size(); id += 3) kept_[id] = 1;
    for (size_t id = 0; id < kept_.size(); ++id) {
      if (kept_[id] != 0) old_ids_.push_back(static_cast<TokenId>(id));
    }
    auto trimmed = trim_vocabulary(original, *trim, kept_);
    ASSERT_TRUE(trimmed) << trimmed.error().message;
    trimmed_ = std::move(*trimmed);
  }

  ThreadPool pool_{2};
  std::vector<uint8_t> kept_;
  std::vector<TokenId> old_ids_;  // by new id
  ImportedModel trimmed_;
};

std::vector<float> logits_of(const Model& model, std::span<const TokenId> tokens, ThreadPool& pool) {
  const auto engine = tiny_engine(model, pool, {.context_length = 64, .kv_type = KvType::kF32});
  const auto sequence = engine->open();
  EXPECT_TRUE(sequence);
  return last_logits(*engine, *sequence, tokens);
}

TEST_F(VocabularyTrimTest, KeptTokensHaveTheLogitsTheyHadToTheBit) {
  for (const bool tied : {true, false}) {
    for (const DType type : {dtype_of<F32>, dtype_of<Q8_0>}) {
      old_ids_.clear();
      const Checkpoint checkpoint = vocabulary_model(tied, type);
      trim(as_stored(checkpoint));
      const auto trimmed = trimmed_checkpoint(trimmed_, checkpoint);
      ASSERT_TRUE(trimmed) << trimmed.error().message;
      const auto before = load_model(checkpoint, "before", pool_), after = load_model(*trimmed, "after", pool_);
      ASSERT_TRUE(before && after) << after.error().message;
      ASSERT_EQ(after->hp.vocab_size, std::ssize(old_ids_));

      SplitMix64 random(3);
      std::vector<TokenId> old_tokens, new_tokens;
      for (int i = 0; i < 12; ++i) {
        const int64_t id = random.below(std::ssize(old_ids_));
        new_tokens.push_back(static_cast<TokenId>(id));
        old_tokens.push_back(old_ids_[static_cast<size_t>(id)]);
      }
      const std::vector<float> all = logits_of(*before, old_tokens, pool_);
      std::vector<float> expected;
      for (const TokenId id : old_ids_) expected.push_back(all[static_cast<size_t>(id)]);
      EXPECT_TRUE(equal_bits(logits_of(*after, new_tokens, pool_), expected)) << "tied " << tied;
    }
  }
}

TEST_F(VocabularyTrimTest, QuantisedRowsAreWrittenAsTheyAre) {
  const Checkpoint checkpoint = vocabulary_model(false, dtype_of<Q4_0>);
  const ImportedModel original = as_stored(checkpoint);
  trim(original);
  TestFolder folder;
  const std::string path = folder.path("trimmed.gguf");
  ASSERT_TRUE(write_model(path, trimmed_, std::nullopt, pool_));
  EXPECT_EQ(static_cast<int64_t>(std::filesystem::file_size(path)), stored_bytes(trimmed_));
  EXPECT_LT(stored_bytes(trimmed_), stored_bytes(original));
  const auto written = open_checkpoint(path);
  ASSERT_TRUE(written);
  EXPECT_EQ(written->metadata.get_int("ondol.original_bytes"), bytes_at_16_bits(original));
  for (const char* name : {"token_embd.weight", "output.weight"}) {
    const TensorView before = *checkpoint.find(name), after = *written->find(name);
    ASSERT_EQ(after.dtype, before.dtype);
    ASSERT_EQ(after.shape.n_rows(), std::ssize(old_ids_));
    for (size_t row = 0; row < old_ids_.size(); ++row) {
      EXPECT_EQ(std::memcmp(after.row(static_cast<int64_t>(row)), before.row(static_cast<int64_t>(old_ids_[row])),
                            static_cast<size_t>(after.row_bytes())),
                0);
    }
  }
  EXPECT_TRUE(load_model(path, pool_));
}

TEST_F(VocabularyTrimTest, ABiasOfTheHeadLosesTheSameNumbers) {
  Checkpoint checkpoint = vocabulary_model(false, dtype_of<F32>);
  checkpoint.metadata.set_string("general.architecture", "phi2");
  ImportedModel original = as_stored(checkpoint);
  std::vector<float> bias(320);
  for (size_t i = 0; i < bias.size(); ++i) bias[i] = static_cast<float>(i);
  original.tensors.push_back(made_tensor("output.bias", bias, {320}));
  trim(original);
  const ImportedTensor* trimmed = trimmed_.find("output.bias");
  ASSERT_NE(trimmed, nullptr);
  ASSERT_EQ(trimmed->shape, Shape{std::ssize(old_ids_)});
  std::vector<float> values(old_ids_.size());
  trimmed->read_rows(0, 1, reinterpret_cast<uint8_t*>(values.data()));
  for (size_t i = 0; i < values.size(); ++i) EXPECT_EQ(values[i], static_cast<float>(old_ids_[i]));
}

TEST_F(VocabularyTrimTest, AnEmbeddingOfAnotherSizeIsRefused) {
  ModelShape shape = kTinyShape;
  shape.vocab_size = 320;
  Checkpoint checkpoint = *make_random_checkpoint(shape, dtype_of<F32>, 5);
  shape.vocab_size = 300;
  checkpoint.metadata = random_model_metadata(shape, true);
  const auto trim = TokenizerTrim::create(checkpoint.metadata);
  ASSERT_TRUE(trim);
  const auto trimmed = trim_vocabulary(as_stored(checkpoint), *trim, std::vector<uint8_t>(300, 1));
  ASSERT_FALSE(trimmed);
  EXPECT_EQ(trimmed.error().kind, ErrorKind::kCorruptFile);
}

}  // namespace
}  // namespace ondol
