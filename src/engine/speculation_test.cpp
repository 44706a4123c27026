#include "engine/speculation.h"

#include <csignal>

#include "base/interrupt.h"
#include "engine/draft_model.h"
#include "engine/prompt_lookup.h"
#include "engine/test_answers.h"
#include "grammar/regex.h"

namespace ondol {
namespace {

// Knows the answer, and is mistaken at every `wrong_every`th position; 0: never.
class Oracle : public Drafter {
 public:
  Oracle(std::vector<TokenId> text, size_t wrong_every) : text_(std::move(text)), wrong_every_(wrong_every) {}

  void forget_from(int64_t) override {}
  Prospect prospect(std::span<const TokenId>) override { return {.n_tokens = 64, .trust = 7}; }
  void read(std::span<const TokenId>) override {}
  void draft(std::span<const TokenId> text, int64_t n_tokens, const Sampler&, std::vector<TokenId>& guesses) override {
    for (size_t at = text.size(); n_tokens-- > 0; ++at) {
      TokenId guess = at < text_.size() ? text_[at] : TokenId{0};
      if (wrong_every_ != 0 && at % wrong_every_ == 0) guess = static_cast<TokenId>(static_cast<int32_t>(guess) ^ 1);
      guesses.push_back(guess);
    }
  }

 private:
  std::vector<TokenId> text_;
  size_t wrong_every_;
};

std::unique_ptr<Speculation> speculation_of(std::unique_ptr<Drafter> drafter, int64_t n_guesses) {
  std::vector<std::unique_ptr<Drafter>> drafters;
  drafters.push_back(std::move(drafter));
  return std::make_unique<Speculation>(std::move(drafters),
                                       SpeculationOptions{.most_guesses = n_guesses, .least_guesses = n_guesses});
}

class SpeculationTest : public AnswerTest {
 protected:
  // Everything that can be seen of an answer, the sequence it leaves behind included.
  struct Outcome {
    std::vector<TokenId> tokens;
    std::vector<std::string> shown;
    FinishReason reason = FinishReason::kStop;
    std::string error;
    int64_t length = 0;
    std::vector<float> logits;  // of a token behind it, where there is room
    bool operator==(const Outcome&) const = default;
  };

  Outcome outcome(const GenerateOptions& options) {
    if (sequence_) engine_->close(*sequence_);
    sequence_ = *engine_->open();
    Outcome seen;
    const auto result = generate(*engine_, *sequence_, prompt_, options, [&](std::string_view text) {
      seen.shown.emplace_back(text);
      if (std::ssize(seen.shown) == interrupted_after_) std::raise(SIGINT);
    });
    clear_interrupt();
    if (result) {
      seen.tokens = result->tokens;
      seen.reason = result->reason;
      n_guessed_ = result->n_guessed;
      n_right_ = result->n_guessed_right;
    } else {
      seen.error = result.error().message;
    }
    seen.length = length();
    if (seen.length == engine_->context_length()) return seen;
    const TokenId token{5};
    const Engine::Input input{*sequence_, {&token, 1}};
    EXPECT_TRUE(engine_->step({&input, 1}, [&](const Engine::Rows& rows) {
      seen.logits.assign(rows.logits, rows.logits + kAnswerShape.vocab_size);
    }));
    return seen;
  }

  // Nothing of the answer changes, whatever is guessed.
  void expect_same(GenerateOptions options) {
    options.speculation = nullptr;
    const Outcome plain = outcome(options);
    std::vector<TokenId> text = prompt_;
    text.insert(text.end(), plain.tokens.begin(), plain.tokens.end());
    for (const size_t wrong_every : {0, 1, 2, 3, 5}) {
      for (const int64_t n_guesses : {1, 2, 3, 7, 16}) {
        const auto speculation = speculation_of(std::make_unique<Oracle>(text, wrong_every), n_guesses);
        options.speculation = speculation.get();
        EXPECT_EQ(outcome(options), plain) << "wrong at every " << wrong_every << ", " << n_guesses << " guesses";
      }
    }
    const auto lookup = speculation_of(std::make_unique<PromptLookup>(), 5);
    options.speculation = lookup.get();
    EXPECT_EQ(outcome(options), plain) << "lookup";
  }

  int interrupted_after_ = 0;  // pieces of text; 0: never
  int64_t n_guessed_ = 0, n_right_ = 0;
};

TEST_F(SpeculationTest, ChangesNoAnswer) {
  expect_same(greedy(40));
  expect_same(lively(40));
  GenerateOptions options = lively(40);
  for (options.sampler.seed = 1; options.sampler.seed < 4; ++options.sampler.seed) {
    options.sampler.top_k = 20;
    options.sampler.top_p = 0.9f;
    options.sampler.min_p = 0.05f;
    options.sampler.repeat_penalty = 1.3f;
    expect_same(options);
  }
}

// Where positions leave the f16 part of the cache, guesses may not be forgotten across the border.
TEST_F(SpeculationTest, ChangesNoAnswerAcrossTheBordersOfRecentPositions) {
  ModelShape shape = kAnswerShape;
  shape.context_length = 192;
  engine_.reset();
  model_ = std::move(*load_model(*make_random_checkpoint(shape, dtype_of<F32>, 3), "random", pool_));
  model_.tokenizer = tokenizer_;
  engine_ = std::move(*Engine::create(model_, pool_, {.kv_type = KvType::kQ4_0, .max_sequences = 2}));
  prompt_.resize(kRecentLength - 12, TokenId{7});
  expect_same(lively(30));
}

TEST_F(SpeculationTest, CountsWhatWasRight) {
  const Outcome plain = outcome(lively(41));
  std::vector<TokenId> text = prompt_;
  text.insert(text.end(), plain.tokens.begin(), plain.tokens.end());
  GenerateOptions options = lively(41);
  const auto all_right = speculation_of(std::make_unique<Oracle>(text, 0), 7);
  options.speculation = all_right.get();
  outcome(options);
  // The prompt's logits give the first token, each step eight.
  EXPECT_EQ(n_guessed_, 35);
  EXPECT_EQ(n_right_, 35);
  const auto all_wrong = speculation_of(std::make_unique<Oracle>(text, 1), 7);
  options.speculation = all_wrong.get();
  outcome(options);
  EXPECT_EQ(n_right_, 0);
}

TEST_F(SpeculationTest, EndsInsideGuessesAtTheWantedNumberOfTokens) {
  for (int64_t n = 0; n < 12; ++n) expect_same(lively(n));
}

TEST_F(SpeculationTest, FillsTheContext) { expect_same(lively(-1)); }

TEST_F(SpeculationTest, EndsInsideGuessesAtTheEndToken) {
  const Outcome whole = outcome(lively(30));
  for (const size_t at : {1, 4, 6, 9, 20}) {
    tokenizer_->end = whole.tokens[at];
    expect_same(lively(30));
  }
}

TEST_F(SpeculationTest, EndsInsideGuessesAtAStopText) {
  const Outcome whole = outcome(lively(30));
  for (const size_t at : {1, 4, 6, 9, 20}) {
    GenerateOptions options = lively(30);
    const std::string piece = tokenizer_->piece(whole.tokens[at], false);
    options.stops = {"never", piece.substr(piece.size() - 1) + tokenizer_->piece(whole.tokens[at + 1], false)};
    expect_same(options);
  }
}

TEST_F(SpeculationTest, ShowsWholeCharactersOnly) {
  const std::string text = "온돌은 따뜻하다 ";
  for (int id = 0; id < 256; ++id)
    tokenizer_->pieces.push_back(std::string(1, text[static_cast<size_t>(id) % text.size()]));
  expect_same(lively(50));
}

TEST_F(SpeculationTest, EndsOnCtrlCAfterTheTokenThatWasShown) {
  install_interrupt_handler();
  for (interrupted_after_ = 1; interrupted_after_ < 12; ++interrupted_after_) expect_same(lively(30));
}

TEST_F(SpeculationTest, ObeysAGrammar) {
  for (int id = 0; id < 256; ++id) tokenizer_->pieces.push_back(std::string(1, static_cast<char>('a' + id % 26)));
  tokenizer_->end = TokenId{255};
  for (const char* regex : {"[a-f]+", "(abc|abd)*x", "[a-z]{9}"}) {
    const auto grammar = regex_grammar(regex);
    ASSERT_TRUE(grammar) << grammar.error().message;
    const AnswerFormat format{.grammar = *grammar, .vocabulary = std::make_shared<const MaskVocabulary>(*tokenizer_)};
    GenerateOptions options = lively(30);
    options.format = &format;
    expect_same(options);
    options.sampler.temperature = 0;
    expect_same(options);
  }
}

TEST_F(SpeculationTest, FailsWhereAnAnswerWithoutItFails) {
  // only "a", and no token behind it
  for (int id = 0; id < 256; ++id) tokenizer_->pieces.push_back(id < 40 ? "a" : "b");
  const auto grammar = regex_grammar("a{5}c");
  ASSERT_TRUE(grammar) << grammar.error().message;
  const AnswerFormat format{.grammar = *grammar, .vocabulary = std::make_shared<const MaskVocabulary>(*tokenizer_)};
  GenerateOptions options = greedy(30);
  options.format = &format;
  EXPECT_NE(outcome(options).error, "");
  expect_same(options);
}

TEST_F(SpeculationTest, GoesOnFromAnswerToAnswer) {
  const auto speculation = speculation_of(std::make_unique<PromptLookup>(), 4);
  std::vector<TokenId> text = prompt_;
  const SequenceId plain = *engine_->open(), guessed = *engine_->open();
  for (int turn = 0; turn < 3; ++turn) {
    GenerateOptions options = lively(12);
    const auto expected = generate(*engine_, plain, text, options, nullptr);
    options.speculation = speculation.get();
    const auto result = generate(*engine_, guessed, text, options, nullptr);
    ASSERT_TRUE(expected && result);
    EXPECT_EQ(result->tokens, expected->tokens);
    if (turn == 1) text.resize(3);  // a chat forgets its oldest turns
    text.insert(text.end(), result->tokens.begin(), result->tokens.end());
    text.push_back(TokenId{7});
  }
  engine_->close(plain);
  engine_->close(guessed);
}

// --- draft models ---

TEST_F(SpeculationTest, ADraftModelThatIsTheModelIsAlwaysRight) {
  for (const bool is_greedy : {true, false}) {
    GenerateOptions options = is_greedy ? greedy(40) : lively(40);
    options.sampler.repeat_penalty = 1.2f;
    const Outcome plain = outcome(options);
    auto drafter = DraftModel::create(model_, model_, pool_, {.context_length = 64});
    ASSERT_TRUE(drafter) << drafter.error().message;
    const auto speculation = speculation_of(std::move(*drafter), 4);
    options.speculation = speculation.get();
    EXPECT_EQ(outcome(options), plain);
    EXPECT_GT(n_guessed_, 25);
    EXPECT_EQ(n_right_, n_guessed_);
  }
}

TEST_F(SpeculationTest, ADraftModelMayBeWrongSlowOfReadingOrFull) {
  Model other = std::move(*load_model(*make_random_checkpoint(kAnswerShape, dtype_of<F32>, 8), "other", pool_));
  other.tokenizer = tokenizer_;
  for (const int64_t context_length : {12, 64}) {
    auto drafter = DraftModel::create(other, model_, pool_, {.context_length = context_length});
    ASSERT_TRUE(drafter) << drafter.error().message;
    const auto speculation = speculation_of(std::move(*drafter), 3);
    for (int answers = 0; answers < 2; ++answers) {
      GenerateOptions options = lively(-1);
      const Outcome plain = outcome(options);
      options.speculation = speculation.get();
      EXPECT_EQ(outcome(options), plain);
      EXPECT_GT(n_guessed_, 0);
    }
  }
}

TEST_F(SpeculationTest, ADraftModelGuessesNothingItThinksUnlikely) {
  auto drafter = DraftModel::create(model_, model_, pool_, {.context_length = 64, .least_probability = 1.1f});
  ASSERT_TRUE(drafter) << drafter.error().message;
  const auto speculation = speculation_of(std::move(*drafter), 3);
  GenerateOptions options = lively(20);
  const Outcome plain = outcome(options);
  options.speculation = speculation.get();
  EXPECT_EQ(outcome(options), plain);
  EXPECT_EQ(n_guessed_, 0);
}

// A vocabulary of which entries and size can be chosen.
class ListedTokenizer : public NumberTokenizer {
 public:
  explicit ListedTokenizer(int64_t n_tokens) : texts(static_cast<size_t>(n_tokens)) {
    for (size_t i = 0; i < texts.size(); ++i) texts[i] = "t" + std::to_string(i);
  }
  std::vector<std::string> texts;
  int64_t first_unused = 1000;

  int64_t vocab_size() const override { return std::ssize(texts); }
  std::string_view text(TokenId id) const override { return texts[static_cast<size_t>(id)]; }
  TokenKind kind(TokenId id) const override {
    return static_cast<int64_t>(id) >= first_unused ? TokenKind::kUnused : TokenKind::kNormal;
  }
};

TEST_F(SpeculationTest, ADraftModelNeedsTheSameVocabularyUpToPadding) {
  const auto target = std::make_shared<ListedTokenizer>(250), draft = std::make_shared<ListedTokenizer>(256);
  Model other = std::move(*load_model(*make_random_checkpoint(kAnswerShape, dtype_of<F32>, 8), "other", pool_));
  model_.tokenizer = target;
  other.tokenizer = draft;
  const auto error = [&]() -> std::string {
    const auto drafter = DraftModel::create(other, model_, pool_, {.context_length = 64});
    return drafter ? "" : drafter.error().message;
  };
  EXPECT_NE(error().find("256"), std::string::npos) << error();
  draft->first_unused = 250;
  EXPECT_EQ(error(), "");
  draft->texts[17] = "other";
  EXPECT_NE(error().find("17"), std::string::npos) << error();
  EXPECT_NE(error().find("other"), std::string::npos) << error();
  other.tokenizer = nullptr;
  EXPECT_NE(error(), "");
}

}  // namespace
}  // namespace ondol
