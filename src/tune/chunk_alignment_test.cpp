#include "tune/chunk_alignment.h"

#include <gtest/gtest.h>

#include "tune/test_tokenizer.h"

namespace ondol {
namespace {

using Chunks = std::vector<AlignedChunk>;

const ListTokenizer kLetters({"a", "b", "c", "d", "e", "?", " "}), kPairs({"ab", "cd", "e", "a", "bc", "?", " a", " "});

TEST(ChunkAlignment, CutsWhereBothHaveABorder) {
  // a b c d e end, and ab cd e end, behind prompts of two and one tokens
  EXPECT_EQ(align_chunks(kLetters.exchange("??", "abcde"), kLetters, kPairs.exchange("?", "abcde"), kPairs),
            (Chunks{{2, 2, 1, 1}, {4, 2, 2, 1}, {6, 1, 3, 1}, {7, 1, 4, 1}}));
  // of a bc, only the first border of the letters is common
  EXPECT_EQ(align_chunks(kPairs.exchange("?", "abc"), kPairs, kLetters.exchange("?", "abc"), kLetters),
            (Chunks{{1, 1, 1, 2}}));
}

TEST(ChunkAlignment, OfOneTokenizerIsEveryToken) {
  const Example example = kPairs.exchange("?", "abcda");
  EXPECT_EQ(align_chunks(example, kPairs, example, kPairs),
            (Chunks{{1, 1, 1, 1}, {2, 1, 2, 1}, {3, 1, 3, 1}, {4, 1, 4, 1}}));
}

TEST(ChunkAlignment, TakesNoAccountOfSpaceInFront) {
  EXPECT_EQ(align_chunks(kLetters.exchange("??", "ad"), kLetters, kPairs.exchange("?", " ae"), kPairs),
            (Chunks{{2, 1, 1, 1}}));
  EXPECT_EQ(align_chunks(kPairs.exchange("?", " a"), kPairs, kLetters.exchange("?", " a"), kLetters),
            (Chunks{{1, 1, 1, 2}, {2, 1, 3, 1}}));
}

TEST(ChunkAlignment, EndsWhereTheTextsDiffer) {
  EXPECT_EQ(align_chunks(kLetters.exchange("?", "abcd"), kLetters, kPairs.exchange("?", "abe"), kPairs),
            (Chunks{{1, 2, 1, 1}}));
  EXPECT_TRUE(align_chunks(kLetters.exchange("?", "abcd"), kLetters, {}, kPairs).empty());
}

TEST(ChunkAlignment, LeavesOutTheFirstTokenOfARunningText) {
  const auto text = [](const ListTokenizer& tokenizer) {
    Example example{.tokens = tokenizer.encode("abcde"), .learns = {}};
    example.learns.assign(example.tokens.size(), 1);
    example.learns[0] = 0;
    return example;
  };
  EXPECT_EQ(align_chunks(text(kLetters), kLetters, text(kPairs), kPairs), (Chunks{{2, 2, 1, 1}, {4, 1, 2, 1}}));
}

TEST(ChunkAlignment, MatchesAnswersInTheirOrder) {
  const auto joined = [](Example first, const Example& second) {
    first.tokens.insert(first.tokens.end(), second.tokens.begin(), second.tokens.end());
    first.learns.insert(first.learns.end(), second.learns.begin(), second.learns.end());
    return first;
  };
  const Example ours = joined(kLetters.exchange("?", "ab"), kLetters.exchange("??", "e"));
  const Example theirs = joined(kPairs.exchange("??", "ab"), kPairs.exchange("?", "e"));
  EXPECT_EQ(align_chunks(ours, kLetters, theirs, kPairs),
            (Chunks{{1, 2, 2, 1}, {3, 1, 3, 1}, {6, 1, 5, 1}, {7, 1, 6, 1}}));
  EXPECT_TRUE(align_chunks(ours, kLetters, kPairs.exchange("?", "ab"), kPairs).empty());
}

TEST(ChunkAlignment, LeavesOutChunksOfTooManyTokens) {
  const std::string text(static_cast<size_t>(kMaxChunkTokens + 1), 'x');
  const ListTokenizer letters({"x", "y", "?"}), whole({text, "y", "?"});
  EXPECT_EQ(align_chunks(letters.exchange("?", text + "y"), letters, whole.exchange("?", text + "y"), whole),
            (Chunks{{kMaxChunkTokens + 2, 1, 2, 1}, {kMaxChunkTokens + 3, 1, 3, 1}}));
}

}  // namespace
}  // namespace ondol
