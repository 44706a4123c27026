#include "engine/prompt_lookup.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace ondol {
namespace {

std::vector<TokenId> tokens_of(std::string_view text) {
  std::vector<TokenId> tokens;
  for (const char c : text) tokens.push_back(static_cast<TokenId>(c));
  return tokens;
}

class PromptLookupTest : public ::testing::Test {
 protected:
  // What comes behind a new text.
  std::string guess(std::string_view text, int64_t n = 5) {
    lookup_.forget_from(0);
    return guess_on(text, n);
  }
  // What comes behind the text before, which has grown since.
  std::string guess_on(std::string_view text, int64_t n) {
    const std::vector<TokenId> tokens = tokens_of(text);
    trust_ = -1;
    const Prospect prospect = lookup_.prospect(tokens);
    if (prospect.n_tokens == 0) return "";
    trust_ = prospect.trust;
    std::vector<TokenId> guesses;
    lookup_.draft(tokens, n, sampler_, guesses);
    std::string guessed;
    for (const TokenId token : guesses) guessed += static_cast<char>(token);
    return guessed;
  }

  PromptLookup lookup_;
  Sampler sampler_{SamplerOptions{}};
  int trust_ = -1;
};

TEST_F(PromptLookupTest, GoesOnAsTheTextDidBefore) {
  EXPECT_EQ(guess("the cat sat. the c"), "at sa");
  EXPECT_EQ(guess("abcdefgh"), "");
  EXPECT_EQ(guess(""), "");
  EXPECT_EQ(guess("a"), "");
}

TEST_F(PromptLookupTest, TakesALongMatchBeforeANewOne) {
  // "xy" was last followed by 2, "abcdefxy" by 1.
  EXPECT_EQ(guess("abcdefxy1 xy2 abcdefxy", 1), "1");
}

TEST_F(PromptLookupTest, TakesTheNewestOfEqualMatches) { EXPECT_EQ(guess("xy1 xy2 xy3 ab xy", 1), "3"); }

TEST_F(PromptLookupTest, TrustsLongMatchesMore) {
  guess("ab ab");
  const int two = trust_;
  guess("abcdefgh abcdefgh");
  const int eight = trust_;
  guess("abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz");
  EXPECT_LT(two, eight);
  EXPECT_LT(eight, trust_);
  EXPECT_EQ(trust_, Prospect::kTrustLevels - 1);
}

TEST_F(PromptLookupTest, RepeatsAPeriodShorterThanItsGuesses) {
  EXPECT_EQ(guess("begin abababab", 7), "abababa");
  EXPECT_EQ(guess("xaaa", 4), "aaaa");
}

TEST_F(PromptLookupTest, ForgetsATextThatWasCut) {
  EXPECT_EQ(guess("the cat sat. the c", 3), "at ");
  lookup_.forget_from(5);
  EXPECT_EQ(guess_on("the coat. the c", 3), "oat");
  lookup_.forget_from(0);
  EXPECT_EQ(guess_on("123", 3), "");
}

// Against a search through the whole text, on random texts that grow by a token at a time and are cut now and then.
TEST_F(PromptLookupTest, FindsAMatchWheneverThereIsOne) {
  SplitMix64 random(5);
  std::string text;
  int n_found = 0, n_there = 0;
  for (int i = 0; i < 3000; ++i) {
    if (random.below(200) == 0 && !text.empty()) {
      text.resize(static_cast<size_t>(random.below(std::ssize(text))));
      lookup_.forget_from(std::ssize(text));
    }
    text += static_cast<char>('a' + random.below(20));
    if (text.size() < 3) continue;
    const std::string guessed = guess_on(text, 4);
    const bool is_there = text.rfind(text.substr(text.size() - 2), text.size() - 3) != std::string::npos;
    n_there += is_there;
    if (guessed.empty()) continue;
    ++n_found;
    ASSERT_TRUE(is_there) << text;
    // What is guessed stands in the text behind its last two tokens.
    ASSERT_NE((text + guessed).rfind(text.substr(text.size() - 2) + guessed, text.size() - 3), std::string::npos)
        << text;
  }
  EXPECT_GT(n_found, n_there * 9 / 10);  // two grams of one hash are rare
  EXPECT_GT(n_there, 1000);
}

TEST_F(PromptLookupTest, StaysCheapInALongText) {
  // A million tokens of one kind: every gram is one, and matches are cut off at a length nobody asks for.
  const std::vector<TokenId> text(1 << 20, TokenId{1});
  for (size_t n = 1; n <= text.size(); n += n < 100000 ? 1000 : 1) {
    ASSERT_EQ(lookup_.prospect(std::span(text).first(n)).n_tokens > 0, n >= 3);
  }
}

}  // namespace
}  // namespace ondol
