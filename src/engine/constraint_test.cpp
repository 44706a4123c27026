#include "engine/constraint.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/utf8.h"
#include "engine/answer_format.h"
#include "grammar/gbnf.h"
#include "grammar/schema_grammar.h"
#include "grammar/schema_validator.h"

namespace ondol {
namespace {

// All bytes, some words, an end and a control token.
class WordTokenizer : public Tokenizer {
 public:
  WordTokenizer() {
    for (int byte = 0; byte < 256; ++byte) texts_.emplace_back(1, static_cast<char>(byte));
    for (const char* word : {"{\"", "\":", "\",\"", "\": \"", "\"}", "}}", "한국", "name", "true", "12", " the", "[[",
                             "\"a\":1,\"a\"", "</think>\n\n", "a</think>b", "<think>", "<call>", "</call>", "<end>"}) {
      texts_.emplace_back(word);
    }
  }
  TokenId id_of(std::string_view text) const {
    return static_cast<TokenId>(std::find(texts_.begin() + 256, texts_.end(), text) - texts_.begin());
  }
  bool is_control(TokenId id) const { return id >= id_of("<think>"); }

  std::vector<TokenId> encode(std::string_view, const EncodeOptions&) const override { return {}; }
  std::string piece(TokenId id, bool special) const override {
    return is_control(id) && !special ? "" : texts_[static_cast<size_t>(id)];
  }
  std::string decode(std::span<const TokenId> ids, bool special) const override {
    std::string text;
    for (const TokenId id : ids) text += piece(id, special);
    return text.starts_with(' ') ? text.substr(1) : text;
  }
  int64_t vocab_size() const override { return std::ssize(texts_); }
  std::string_view model() const override { return "test"; }
  std::string_view pre() const override { return ""; }
  TokenKind kind(TokenId id) const override { return is_control(id) ? TokenKind::kControl : TokenKind::kNormal; }
  std::string_view text(TokenId id) const override { return texts_[static_cast<size_t>(id)]; }
  std::optional<TokenId> find(std::string_view entry) const override {
    const TokenId id = id_of(entry);
    if (static_cast<int64_t>(id) == vocab_size()) return std::nullopt;
    return id;
  }
  bool ends_generation(TokenId id) const override { return id == id_of("<end>"); }

 private:
  std::vector<std::string> texts_;
};

class ConstraintTest : public ::testing::Test {
 protected:
  AnswerFormat format_of(const std::shared_ptr<const Grammar>& grammar) const {
    AnswerFormat format;
    format.grammar = grammar;
    format.vocabulary = std::make_shared<const MaskVocabulary>(tokenizer_);
    return format;
  }
  bool allows(Constraint& constraint, TokenId token) const {
    const auto allowed = constraint.allowed();
    return allowed && (*allowed == nullptr || (**allowed)[static_cast<int64_t>(token)]);
  }
  bool allows(Constraint& constraint, std::string_view text) const {
    return allows(constraint, tokenizer_.id_of(text));
  }
  TokenId byte(char c) const { return static_cast<TokenId>(static_cast<uint8_t>(c)); }
  void write(Constraint& constraint, std::string_view text) const {
    for (const char c : text) {
      ASSERT_TRUE(allows(constraint, byte(c))) << text << " at " << c;
      ASSERT_TRUE(constraint.accept(byte(c)));
    }
  }
  // A random answer; what closes is preferred after a while.
  std::string answer(Constraint& constraint, uint64_t seed) const {
    SplitMix64 random(seed);
    std::string text;
    for (int i = 0; i < 400 && !constraint.finished(); ++i) {
      const auto allowed = constraint.allowed();
      EXPECT_TRUE(allowed) << text;
      if (!allowed) return text;
      std::vector<TokenId> choices, closing;
      for (int32_t id = 0; id < tokenizer_.vocab_size(); ++id) {
        const auto token = static_cast<TokenId>(id);
        if (*allowed != nullptr && !(**allowed)[id]) continue;
        choices.push_back(token);
        if (tokenizer_.text(token).find_first_of("\"]}") != std::string_view::npos) closing.push_back(token);
      }
      const auto& pool = i > 30 && !closing.empty() ? closing : choices;
      const TokenId token = pool[static_cast<size_t>(random.below(std::ssize(pool)))];
      if (tokenizer_.ends_generation(token)) break;
      text += tokenizer_.piece(token, true);
      EXPECT_TRUE(constraint.accept(token));
    }
    return text;
  }

  WordTokenizer tokenizer_;
};

TEST_F(ConstraintTest, EndsExactlyWhereTheGrammarEnds) {
  const AnswerFormat format = format_of(*gbnf_grammar("root ::= \"ab\" \"c\"?"));
  Constraint constraint(format, tokenizer_, false);
  EXPECT_FALSE(allows(constraint, "<end>"));
  write(constraint, "ab");
  EXPECT_TRUE(allows(constraint, "<end>"));
  EXPECT_TRUE(allows(constraint, byte('c')));
  EXPECT_FALSE(allows(constraint, byte('b')));
  EXPECT_FALSE(constraint.finished());
  write(constraint, "c");
  EXPECT_TRUE(constraint.finished());
}

TEST_F(ConstraintTest, KeepsCharactersWhole) {
  const AnswerFormat format = format_of(*gbnf_grammar("root ::= [가-힣]+"));
  Constraint constraint(format, tokenizer_, false);
  EXPECT_TRUE(allows(constraint, "한국"));
  EXPECT_FALSE(allows(constraint, "name"));
  write(constraint, std::string_view("한").substr(0, 1));
  EXPECT_FALSE(allows(constraint, "<end>"));
  EXPECT_FALSE(allows(constraint, "한국"));
  write(constraint, std::string_view("한").substr(1));
  EXPECT_TRUE(allows(constraint, "<end>"));
}

TEST_F(ConstraintTest, RandomAnswersObeyTheirSchema) {
  for (
      const char* source :
      {R"({"type":"object","properties":{"name":{"type":"string","maxLength":9},"n":{"type":"integer"}},"required":["name"],"additionalProperties":false})",
       R"({"type":"object","additionalProperties":{"type":"integer"},"minProperties":2})", "true",
       R"({"$defs":{"l":{"type":"array","items":{"$ref":"#/$defs/l"}}},"$ref":"#/$defs/l"})",
       R"({"type":"array","items":{"type":"string","minLength":1,"maxLength":3},"minItems":2})"}) {
    const auto schema = Schema::parse(source);
    ASSERT_TRUE(schema);
    const auto written = schema_grammar(**schema);
    ASSERT_TRUE(written);
    AnswerFormat format = format_of(written->grammar);
    format.needs_guard = written->needs_guard;
    int n_whole = 0;
    for (uint64_t seed = 0; seed < 20; ++seed) {
      Constraint constraint(format, tokenizer_, false);
      const std::string text = answer(constraint, seed);
      const auto judgement = judge(**schema, text);
      const bool is_whole = allows(constraint, "<end>") || constraint.finished();
      n_whole += is_whole;
      EXPECT_TRUE(!is_whole || (judgement && judgement->valid)) << source << "\n" << text;
    }
    EXPECT_GT(n_whole, 5) << source;
  }
}

TEST_F(ConstraintTest, AKeyIsNotOfferedTwice) {
  const auto schema = Schema::parse(R"({"type":"object","additionalProperties":{"type":"integer"}})");
  const auto written = schema_grammar(**schema);
  AnswerFormat format = format_of(written->grammar);
  format.needs_guard = written->needs_guard;
  Constraint constraint(format, tokenizer_, false);
  write(constraint, "{");
  EXPECT_FALSE(allows(constraint, "\"a\":1,\"a\""));
  write(constraint, "\"a\":1,\"a");
  EXPECT_FALSE(allows(constraint, byte('"')));
  EXPECT_FALSE(allows(constraint, "\":"));
  write(constraint, "b\"");
}

TEST_F(ConstraintTest, APrefixSpaceIsNotPartOfTheAnswer) {
  const AnswerFormat format = format_of(*gbnf_grammar("root ::= \"the\" \" the\""));
  Constraint at_start(format, tokenizer_, true), behind(format, tokenizer_, false);
  EXPECT_TRUE(allows(at_start, " the"));
  EXPECT_FALSE(allows(behind, " the"));
  ASSERT_TRUE(at_start.accept(tokenizer_.id_of(" the")));
  EXPECT_TRUE(allows(at_start, " the"));
  ASSERT_TRUE(at_start.accept(tokenizer_.id_of(" the")));
  EXPECT_TRUE(at_start.finished());
}

TEST_F(ConstraintTest, SaysWhenNoTokenCanGoOn) {
  std::vector<std::string> texts(static_cast<size_t>(tokenizer_.vocab_size()));
  texts['a'] = "a";
  AnswerFormat format = format_of(*gbnf_grammar("root ::= \"ab\""));
  format.vocabulary = std::make_shared<const MaskVocabulary>(texts);
  Constraint constraint(format, tokenizer_, false);
  write(constraint, "a");
  const auto allowed = constraint.allowed();
  ASSERT_FALSE(allowed);
  EXPECT_NE(allowed.error().message.find("no token"), std::string::npos);
}

TEST_F(ConstraintTest, ThinkingStaysFree) {
  const AnswerSyntax syntax{.marks = {{"<think>", AnswerKind::kThinking}, {"</think>", AnswerKind::kText}}};
  const AnswerFormat format = behind_thinking(format_of(*gbnf_grammar("root ::= \"yes\"")), syntax, tokenizer_);
  Constraint straight(format, tokenizer_, false);
  EXPECT_FALSE(allows(straight, byte('n')));
  write(straight, "yes");
  EXPECT_TRUE(straight.finished());

  Constraint thinking(format, tokenizer_, false);
  ASSERT_TRUE(allows(thinking, "<think>"));
  ASSERT_TRUE(thinking.accept(tokenizer_.id_of("<think>")));
  EXPECT_FALSE(allows(thinking, "<end>"));
  EXPECT_FALSE(allows(thinking, "a</think>b"));  // would go on as the grammar does not begin
  write(thinking, "no, {</thin");
  EXPECT_TRUE(allows(thinking, byte('k')));
  ASSERT_TRUE(thinking.accept(tokenizer_.id_of("</think>\n\n")));
  EXPECT_FALSE(allows(thinking, byte('n')));
  EXPECT_FALSE(allows(thinking, "<think>"));
  write(thinking, "yes");
  EXPECT_TRUE(thinking.finished());
}

TEST_F(ConstraintTest, ToolCallsAreHeldToNameAndSchema) {
  const ToolCallSyntax syntax{.name = "test",
                              .trigger = "<call>",
                              .begin = "<call>\n",
                              .call = {{CallPartKind::kLiteral, "{\"name\": \""},
                                       {CallPartKind::kName},
                                       {CallPartKind::kLiteral, "\", \"arguments\": "},
                                       {CallPartKind::kArguments},
                                       {CallPartKind::kLiteral, "}"}},
                              .separator = "\n</call>\n<call>\n",
                              .end = "\n</call>"};
  const ToolDefinition tools[] = {
      {"weather",
       R"({"type":"object","properties":{"city":{"enum":["서울","부산"]}},"required":["city"],"additionalProperties":false})"},
      {"time", "{}"}};
  const auto format = tool_call_format(syntax, tools, tokenizer_);
  ASSERT_TRUE(format && *format);
  Constraint constraint(**format, tokenizer_, false);
  EXPECT_TRUE(allows(constraint, "<end>"));
  write(constraint, "Let me look. ");
  ASSERT_TRUE(allows(constraint, "<call>"));
  ASSERT_TRUE(constraint.accept(tokenizer_.id_of("<call>")));
  EXPECT_FALSE(allows(constraint, "<end>"));
  write(constraint, "\n{\"name\": \"");
  EXPECT_FALSE(allows(constraint, byte('x')));
  write(constraint, "weather\", \"arguments\": {\"city\": \"");
  EXPECT_FALSE(allows(constraint, "한국"));
  write(constraint, "부산\"}}\n");
  ASSERT_TRUE(allows(constraint, "</call>"));
  ASSERT_TRUE(constraint.accept(tokenizer_.id_of("</call>")));
  EXPECT_TRUE(allows(constraint, "<end>"));
  EXPECT_FALSE(allows(constraint, byte('a')));
}

}  // namespace
}  // namespace ondol
