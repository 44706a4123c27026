#include <csignal>

#include "base/interrupt.h"
#include "engine/test_answers.h"

namespace ondol {
namespace {

using Generate = AnswerTest;

TEST_F(Generate, StopsAfterTheWantedTokens) {
  const Generated result = answer(prompt_, lively(5));
  EXPECT_EQ(result.tokens.size(), 5u);
  EXPECT_EQ(result.reason, FinishReason::kLength);
  EXPECT_EQ(result.n_prompt_tokens, 2);
  std::string text;
  for (const TokenId token : result.tokens) text += tokenizer_->piece(token, false);
  EXPECT_EQ(result.text, text);
  EXPECT_EQ(length(), 2 + 4);
  EXPECT_EQ(answer(prompt_, lively(0)).tokens.size(), 0u);
  EXPECT_EQ(length(), 2);
}

TEST_F(Generate, TakesTheLikeliestTokensWhenGreedy) {
  const Generated result = answer(prompt_, greedy(20));
  std::vector<TokenId> text = prompt_;
  for (const TokenId token : result.tokens) {
    const SequenceId fresh = *engine_->open();
    const Engine::Input input{fresh, text};
    ASSERT_TRUE(engine_->step({&input, 1}, [&](const Engine::Rows& rows) {
      EXPECT_EQ(std::max_element(rows.logits, rows.logits + 256) - rows.logits, static_cast<int64_t>(token));
    }));
    engine_->close(fresh);
    text.push_back(token);
  }
}

TEST_F(Generate, FillsTheContextAndEndsWithLength) {
  const Generated result = answer(prompt_, lively(-1));
  EXPECT_EQ(result.reason, FinishReason::kLength);
  EXPECT_EQ(length(), 64);
  EXPECT_EQ(result.tokens.size(), 64u - 2 + 1);
  EXPECT_EQ(result.n_decode_steps, 64 - 2);  // the first token came from the prompt
}

TEST_F(Generate, EndsAtTheEndTokenAndDoesNotShowIt) {
  const Generated whole = answer(prompt_, lively(20));
  const size_t at = 6;
  tokenizer_->end = whole.tokens[at];
  const auto first = std::find(whole.tokens.begin(), whole.tokens.end(), whole.tokens[at]) - whole.tokens.begin();
  const Generated result = answer(prompt_, lively(20));
  EXPECT_EQ(result.reason, FinishReason::kStop);
  EXPECT_EQ(result.tokens, std::vector<TokenId>(whole.tokens.begin(), whole.tokens.begin() + first));
  EXPECT_TRUE(whole.text.starts_with(result.text));
  EXPECT_EQ(length(), 2 + first);
}

TEST_F(Generate, EndsAtAStopTextAcrossTokens) {
  const Generated whole = answer(prompt_, lively(20));
  GenerateOptions options = lively(20);
  // The end of one piece and the beginning of the next.
  const std::string fourth = tokenizer_->piece(whole.tokens[3], false),
                    fifth = tokenizer_->piece(whole.tokens[4], false);
  options.stops = {"never", fourth.substr(fourth.size() - 1) + fifth.substr(0, 2)};
  const Generated result = answer(prompt_, options);
  EXPECT_EQ(result.reason, FinishReason::kStop);
  EXPECT_EQ(result.text, whole.text.substr(0, whole.text.find(options.stops[1])));
  EXPECT_EQ(result.stop, options.stops[1]);
  EXPECT_EQ(result.tokens, std::vector<TokenId>(whole.tokens.begin(), whole.tokens.begin() + 4));
}

TEST_F(Generate, ShowsWholeCharactersOnly) {
  const std::string text = "온돌은 따뜻하다 ";
  for (int id = 0; id < 256; ++id)
    tokenizer_->pieces.push_back(std::string(1, text[static_cast<size_t>(id) % text.size()]));
  const Generated result = answer(prompt_, lively(60));
  std::string bytes;
  for (const TokenId token : result.tokens) bytes += tokenizer_->piece(token, false);
  // Everything but a character the end has cut.
  EXPECT_TRUE(repair_utf8(bytes).text.starts_with(result.text));
  EXPECT_LE(repair_utf8(bytes).text.size(), result.text.size() + 3);
}

TEST_F(Generate, HidesControlTokensUnlessAsked) {
  tokenizer_->control = answer(prompt_, lively(10)).tokens[3];
  EXPECT_EQ(answer(prompt_, lively(10)).text.find("<control>"), std::string::npos);
  GenerateOptions options = lively(10);
  options.special = true;
  EXPECT_NE(answer(prompt_, options).text.find("<control>"), std::string::npos);
}

TEST_F(Generate, BeginsWithBosOnAnEmptyPromptAndDropsThePrefixSpace) {
  tokenizer_->bos = TokenId{1};
  const Generated result = answer({}, lively(3));
  EXPECT_EQ(result.n_prompt_tokens, 1);
  EXPECT_FALSE(result.text.starts_with(' '));
  EXPECT_EQ(answer({TokenId{1}}, lively(3)).text, result.text);
}

TEST_F(Generate, RefusesAnEmptyPromptWithoutBos) {
  const SequenceId sequence = *engine_->open();
  const auto result = generate(*engine_, sequence, {}, greedy(3), nullptr);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kBadInput);
}

TEST_F(Generate, RefusesAPromptLongerThanTheContext) {
  const SequenceId sequence = *engine_->open();
  const auto result = generate(*engine_, sequence, std::vector<TokenId>(65), greedy(3), nullptr);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kBadInput);
  EXPECT_EQ(engine_->length(sequence), 0);
}

TEST_F(Generate, EndsOnCtrlC) {
  install_interrupt_handler();
  const SequenceId sequence = *engine_->open();
  int n_shown = 0;
  const auto result = generate(*engine_, sequence, prompt_, lively(30), [&](std::string_view) {
    if (++n_shown == 4) std::raise(SIGINT);
  });
  clear_interrupt();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->reason, FinishReason::kInterrupted);
  EXPECT_EQ(result->tokens.size(), 4u);
}

}  // namespace
}  // namespace ondol
