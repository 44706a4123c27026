#include "engine/scheduler.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace ondol {
namespace {

using Batches = std::vector<std::vector<StepPiece>>;

TEST(CutStep, PutsDecodingSequencesIntoOneBatch) {
  const std::vector<TokenId> one(1);
  const std::vector<Engine::Input> inputs = {{SequenceId{0}, one}, {SequenceId{1}, one}, {SequenceId{2}, one}};
  EXPECT_EQ(cut_step(inputs, 8, 8), (Batches{{{0, 0, 1, 1}, {1, 0, 1, 1}, {2, 0, 1, 1}}}));
}

TEST(CutStep, CutsALongPromptAndAsksForItsLastRowOnly) {
  const std::vector<TokenId> prompt(20), next(1);
  const std::vector<Engine::Input> inputs = {{SequenceId{0}, prompt}, {SequenceId{1}, next}};
  EXPECT_EQ(cut_step(inputs, 8, 8), (Batches{{{0, 0, 8, 0}}, {{0, 8, 8, 0}}, {{0, 16, 4, 1}, {1, 0, 1, 1}}}));
}

TEST(CutStep, AsksForNoRowWhereNoneIsWanted) {
  const std::vector<TokenId> part(3), next(1);
  const std::vector<Engine::Input> inputs = {{.sequence = SequenceId{0}, .tokens = part, .wants_rows = false},
                                             {SequenceId{1}, next}};
  EXPECT_EQ(cut_step(inputs, 8, 8), (Batches{{{0, 0, 3, 0}, {1, 0, 1, 1}}}));
}

TEST(CutStep, BoundsTheRowsOfLogits) {
  const std::vector<TokenId> text(7);
  const std::vector<Engine::Input> inputs = {{SequenceId{0}, text, true}};
  EXPECT_EQ(cut_step(inputs, 8, 3), (Batches{{{0, 0, 3, 3}}, {{0, 3, 3, 3}}, {{0, 6, 1, 1}}}));
}

TEST(CutStep, KeepsToTheBlocksOfPositions) {
  const std::vector<TokenId> prompt(300), next(1);
  const std::vector<Engine::Input> inputs = {{SequenceId{0}, next}, {SequenceId{1}, prompt}, {SequenceId{2}, next}};
  const std::vector<int64_t> positions = {127, 100, 128};
  EXPECT_EQ(
      cut_step(inputs, 512, 8, positions),
      (Batches{{{0, 0, 1, 1}, {1, 0, 28, 0}}, {{1, 28, 128, 0}}, {{1, 156, 128, 0}}, {{1, 284, 16, 1}, {2, 0, 1, 1}}}));
}

TEST(CutStep, CoversEveryTokenOnceWithinTheBounds) {
  SplitMix64 random(5);
  for (int round = 0; round < 200; ++round) {
    const int64_t max_tokens = 1 + random.below(9), max_rows = 1 + random.below(5);
    std::vector<std::vector<TokenId>> texts;
    for (int64_t n = random.below(6); n >= 0; --n) texts.emplace_back(static_cast<size_t>(random.below(25)));
    std::vector<Engine::Input> inputs;
    for (const auto& text : texts) {
      inputs.push_back({static_cast<SequenceId>(inputs.size()), text, random.below(2) == 0});
    }
    std::vector<int64_t> n_covered(inputs.size()), n_rows(inputs.size());
    for (const auto& batch : cut_step(inputs, max_tokens, max_rows)) {
      int64_t tokens = 0, rows = 0;
      for (const StepPiece& piece : batch) {
        EXPECT_EQ(piece.first_token, n_covered[piece.input]);
        n_covered[piece.input] += piece.n_tokens;
        n_rows[piece.input] += piece.n_rows;
        tokens += piece.n_tokens;
        rows += piece.n_rows;
      }
      EXPECT_LE(tokens, max_tokens);
      EXPECT_LE(rows, max_rows);
    }
    for (size_t i = 0; i < inputs.size(); ++i) {
      const auto n_tokens = static_cast<int64_t>(texts[i].size());
      EXPECT_EQ(n_covered[i], n_tokens);
      EXPECT_EQ(n_rows[i], inputs[i].all_logits ? n_tokens : n_tokens > 0);
    }
  }
}

}  // namespace
}  // namespace ondol
