// What tests of generation share: a tiny random model whose tokens stand for numbers, and answers of it.
#pragma once

#include <gtest/gtest.h>

#include "base/utf8.h"
#include "engine/generate.h"
#include "model/random_model.h"

namespace ondol {

inline constexpr ModelShape kAnswerShape{.name = "test",
                                         .n_layers = 1,
                                         .hidden_size = 32,
                                         .n_heads = 2,
                                         .n_kv_heads = 1,
                                         .head_dim = 16,
                                         .ffn_size = 64,
                                         .vocab_size = 256,
                                         .context_length = 64};

// Token ids stand for whatever `pieces` says; an id without an entry is " " and its number.
class NumberTokenizer : public Tokenizer {
 public:
  std::vector<std::string> pieces;
  std::optional<TokenId> end;
  std::optional<TokenId> control;

  std::vector<TokenId> encode(std::string_view, const EncodeOptions&) const override { return {}; }
  std::string piece(TokenId id, bool special) const override {
    if (id == control || id == bos) return special ? "<control>" : "";
    const auto index = static_cast<size_t>(id);
    return index < pieces.size() ? pieces[index] : " " + std::to_string(index);
  }
  std::string decode(std::span<const TokenId> ids, bool special) const override {
    std::string text;
    for (const TokenId id : ids) text += piece(id, special);
    return text.starts_with(' ') ? text.substr(1) : text;
  }
  int64_t vocab_size() const override { return kAnswerShape.vocab_size; }
  std::string_view model() const override { return "test"; }
  std::string_view pre() const override { return ""; }
  TokenKind kind(TokenId) const override { return TokenKind::kNormal; }
  std::string_view text(TokenId) const override { return ""; }
  std::optional<TokenId> find(std::string_view) const override { return std::nullopt; }
  bool ends_generation(TokenId id) const override { return id == end; }
};

class AnswerTest : public ::testing::Test {
 protected:
  AnswerTest() {
    auto loaded = load_model(*make_random_checkpoint(kAnswerShape, dtype_of<F32>, 3), "random", pool_);
    model_ = std::move(*loaded);
    model_.tokenizer = tokenizer_;
    engine_ = std::move(*Engine::create(model_, pool_, {.max_sequences = 2}));
  }

  // A new sequence that answers `prompt`; what was shown must be what came back.
  Generated answer(std::vector<TokenId> prompt, const GenerateOptions& options) {
    if (sequence_) engine_->close(*sequence_);
    sequence_ = *engine_->open();
    shown_.clear();
    auto result = generate(*engine_, *sequence_, prompt, options, [&](std::string_view text) {
      EXPECT_EQ(repair_utf8(text).n_replaced, 0);
      shown_ += text;
    });
    EXPECT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->text, shown_);
    return *result;
  }
  int64_t length() const { return engine_->length(*sequence_); }

  static GenerateOptions greedy(int64_t max_tokens) {
    GenerateOptions options;
    options.sampler.temperature = 0;
    options.max_tokens = max_tokens;
    return options;
  }
  // Temperature 3: many different tokens.
  static GenerateOptions lively(int64_t max_tokens) {
    GenerateOptions options;
    options.sampler = {.temperature = 3, .top_k = 0, .top_p = 1, .min_p = 0, .repeat_penalty = 1, .seed = 5};
    options.max_tokens = max_tokens;
    return options;
  }

  ThreadPool pool_{1};
  Model model_;
  std::shared_ptr<NumberTokenizer> tokenizer_ = std::make_shared<NumberTokenizer>();
  std::unique_ptr<Engine> engine_;
  std::optional<SequenceId> sequence_;
  std::string shown_;
  std::vector<TokenId> prompt_ = {TokenId{7}, TokenId{9}};
};

}  // namespace ondol
