#include "compress/vocabulary_choice.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/random.h"
#include "base/test_folder.h"
#include "compress/needed_scripts.h"
#include "tokenizer/trained_tokenizer.h"

namespace ondol {
namespace {

// Sentences of two fields in two languages, their words drawn at random.
std::string sentences(const std::vector<std::string>& words, int n, uint64_t seed) {
  SplitMix64 random(seed);
  std::string text;
  for (int i = 0; i < n; ++i) {
    for (int64_t k = 3 + random.below(5); k > 0; --k) {
      // the first words most often
      const int64_t rank = random.below(1 + random.below(std::ssize(words)));
      text += words[static_cast<size_t>(rank)] + (k == 1 ? ".\n" : " ");
    }
  }
  return text;
}

const std::vector<std::string> kHome = {"거실",   "불을",   "켜줘",   "꺼줘",   "에어컨", "온도를", "올려줘",
                                        "내려줘", "창문",   "닫아줘", "열어줘", "안방",   "부엌",   "세탁기",
                                        "시작해", "멈춰줘", "밝기를", "조금",   "많이",   "지금"};
const std::vector<std::string> kSea = {"harbour", "sailing", "captain", "anchor",  "lighthouse", "current", "the",
                                       "and",     "voyage",  "storm",   "weather", "northern",   "islands", "ship"};

class VocabularyChoiceTest : public testing::Test {
 protected:
  VocabularyChoiceTest() {
    WordCounts words;
    words.add(sentences(kHome, 400, 1));
    words.add(sentences(kSea, 400, 2));
    const auto learnt = train_bpe(words, {.vocab_size = 560}, nullptr);
    EXPECT_TRUE(learnt) << learnt.error().message;
    metadata_ = tokenizer_metadata(*learnt, "");
    auto trim = TokenizerTrim::create(metadata_);
    EXPECT_TRUE(trim);
    trim_ = std::make_unique<TokenizerTrim>(std::move(*trim));
  }

  Result<FieldText> read(const std::string& text) {
    const std::string path = folder_.path("field.txt");
    std::ofstream(path) << text;
    return read_field_text({path}, {}, trim_->tokenizer(), nullptr, {});
  }

  VocabularyChoice choose(const FieldText& field, double most_growth, std::span<const TokenId> wanted = {}) {
    const auto choice = choose_vocabulary(*trim_, field, wanted, most_growth);
    EXPECT_TRUE(choice);
    return *choice;
  }

  TestFolder folder_;
  Metadata metadata_;
  std::unique_ptr<TokenizerTrim> trim_;
};

TEST_F(VocabularyChoiceTest, KeepsWhatTheFieldNeedsAndNoMore) {
  const auto field = read(sentences(kHome, 600, 3));
  ASSERT_TRUE(field) << field.error().message;
  EXPECT_TRUE(field->is_held_out);
  const VocabularyChoice choice = choose(*field, 0.02);
  EXPECT_LE(choice.growth(), 0.02);
  EXPECT_LT(choice.n_kept, trim_->tokenizer().vocab_size() - 60);  // the sea's words are gone

  // The figure is that of the tokenizer it makes.
  const auto tokenizer = load_tokenizer(trim_->apply(choice.kept));
  ASSERT_TRUE(tokenizer);
  int64_t n_before = 0, n_after = 0;
  for (const std::string& text : field->held_out) {
    n_before += std::ssize(trim_->tokenizer().encode(text));
    n_after += std::ssize((*tokenizer)->encode(text));
    EXPECT_EQ((*tokenizer)->decode((*tokenizer)->encode(text)), text);
  }
  EXPECT_EQ(choice.n_tokens_before, n_before);
  EXPECT_EQ(choice.n_tokens_after, n_after);
}

TEST_F(VocabularyChoiceTest, FewerTokensAreKeptWhereMoreGrowthIsAllowed) {
  const auto field = read(sentences(kHome, 600, 3));
  ASSERT_TRUE(field);
  int64_t last = trim_->tokenizer().vocab_size();
  for (const double growth : {0.0, 0.02, 0.1, 0.3}) {
    const VocabularyChoice choice = choose(*field, growth);
    EXPECT_LE(choice.growth(), growth);
    EXPECT_LE(choice.n_kept, last);
    last = choice.n_kept;
  }
}

// Nothing is chosen by text of another field, but its tokens are there to fall back on.
TEST_F(VocabularyChoiceTest, UnseenWordsOfTheFieldsCharactersFollow) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += std::string(1100, 'x') + (i % 10 == 9 ? "거실 온도를 올려줘" : "거실") + "\n";
  const auto field = read(text);
  ASSERT_TRUE(field);
  EXPECT_LE(choose(*field, 0.0).growth(), 0.0);
}

TEST_F(VocabularyChoiceTest, WhatIsWantedStaysWithItsPath) {
  const auto field = read(sentences(kHome, 300, 3));
  ASSERT_TRUE(field);
  const std::vector<TokenId> wanted = trim_->tokenizer().encode(" lighthouse");
  const VocabularyChoice choice = choose(*field, 0.02, wanted);
  const auto tokenizer = load_tokenizer(trim_->apply(choice.kept));
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ((*tokenizer)->encode(" lighthouse").size(), wanted.size());
}

TEST_F(VocabularyChoiceTest, AnEmptyFieldIsRefused) {
  for (const char* text : {"", " \n\n  \n"}) {
    const auto field = read(text);
    ASSERT_FALSE(field);
    EXPECT_EQ(field.error().kind, ErrorKind::kBadInput);
  }
}

TEST_F(VocabularyChoiceTest, AShortTextIsJudgedByItself) {
  const auto field = read("거실 불을 켜줘.\n");
  ASSERT_TRUE(field);
  EXPECT_FALSE(field->is_held_out);
  EXPECT_LE(choose(*field, 0.02).growth(), 0.02);
}

TEST_F(VocabularyChoiceTest, MissingScriptsAreNamed) {
  const auto field = read(sentences(kSea, 100, 3));
  ASSERT_TRUE(field);
  const auto missing = missing_scripts(field->characters, characters_of_vocabulary(trim_->tokenizer()), 0.2);
  ASSERT_EQ(missing.size(), 1u);
  EXPECT_EQ(missing[0].name, "hangul");
  EXPECT_GT(missing[0].share, 0.2);
  EXPECT_TRUE(missing_scripts(field->characters, field->characters, 0.01).empty());
}

}  // namespace
}  // namespace ondol
