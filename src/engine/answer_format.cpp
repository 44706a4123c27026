#include "engine/answer_format.h"

#include <algorithm>

#include "engine/engine_messages.h"
#include "grammar/json_text.h"
#include "grammar/schema_grammar.h"

namespace ondol {
namespace {

// The control token spelled `text`, if the vocabulary has one.
std::optional<TokenId> control_token(const Tokenizer& tokenizer, std::string_view text) {
  const auto token = tokenizer.find(text);
  if (!token || tokenizer.piece(*token, /*special=*/true) != text) return std::nullopt;
  return token;
}

// Literal text of a call, in which every stretch of white space may be any.
ExpressionId literal_with_space(Expressions& e, std::string_view text) {
  constexpr std::string_view kSpace = " \n\t";
  std::vector<ExpressionId> parts;
  while (!text.empty()) {
    const bool is_space = kSpace.find(text[0]) != std::string_view::npos;
    const size_t end = std::min(is_space ? text.find_first_not_of(kSpace) : text.find_first_of(kSpace), text.size());
    if (is_space) parts.push_back(e.choice({e.literal(std::string(text.substr(0, end))), json_space(e)}));
    else parts.push_back(e.literal(std::string(text.substr(0, end))));
    text.remove_prefix(end);
  }
  return e.sequence(std::move(parts));
}

// One call of `tool` as the syntax writes it.
Result<ExpressionId> call_of(Expressions& e, const ToolCallSyntax& syntax, const ToolDefinition& tool) {
  constexpr int32_t kMaxIdLength = 64;
  std::vector<ExpressionId> parts;
  for (const CallPart& part : syntax.call) {
    switch (part.kind) {
      case CallPartKind::kLiteral:
        parts.push_back(literal_with_space(e, part.text));
        break;
      case CallPartKind::kName:
        parts.push_back(e.literal(tool.name));
        break;
      case CallPartKind::kCallId:
        parts.push_back(
            e.repeat(e.chars({{'-', '-'}, {'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}), 1, kMaxIdLength));
        break;
      case CallPartKind::kPythonArguments:
        return e.nothing();
      case CallPartKind::kArguments: {
        const auto schema = Schema::parse(tool.parameters);
        if (!schema) return fail(ErrorKind::kBadInput, msg::kToolSchema, tool.name, schema.error().message);
        const auto rule = add_schema(e, **schema);
        if (!rule) return fail(ErrorKind::kBadInput, msg::kToolSchema, tool.name, rule.error().message);
        parts.push_back(rule->value);
      }
    }
  }
  return e.sequence(std::move(parts));
}

// The vocabulary's texts, with those control tokens that stand in the syntax.
std::shared_ptr<const MaskVocabulary> vocabulary_of_calls(const ToolCallSyntax& syntax, const Tokenizer& tokenizer) {
  std::string literals(syntax.begin);
  for (const CallPart& part : syntax.call) literals.append("\n").append(part.text);
  literals.append("\n").append(syntax.separator).append("\n").append(syntax.end);
  auto texts = token_texts(tokenizer);
  for (int32_t id = 0; id < tokenizer.vocab_size(); ++id) {
    const auto token = static_cast<TokenId>(id);
    if (tokenizer.kind(token) != TokenKind::kControl || tokenizer.ends_generation(token)) continue;
    const std::string text = tokenizer.piece(token, /*special=*/true);
    if (!text.empty() && literals.find(text) != std::string::npos) texts[static_cast<size_t>(id)] = text;
  }
  return std::make_shared<const MaskVocabulary>(std::move(texts));
}

}  // namespace

bool marks_are_control_tokens(const AnswerSyntax& syntax, const Tokenizer& tokenizer) {
  return std::any_of(syntax.marks.begin(), syntax.marks.end(), [&](const AnswerMark& mark) {
    const auto ids = tokenizer.encode(mark.text, {.parse_special = true});
    return std::any_of(ids.begin(), ids.end(), [&](TokenId id) { return tokenizer.kind(id) == TokenKind::kControl; });
  });
}

std::optional<std::string> stored_schema(const Model& model) {
  const auto schema = model.metadata.get_string("ondol.output.schema");
  if (!schema) return std::nullopt;
  return std::string(*schema);
}

Result<AnswerFormat> schema_format(std::string_view schema, const Tokenizer& tokenizer) {
  TRY(const auto parsed, Schema::parse(schema));
  TRY(const SchemaGrammar compiled, schema_grammar(*parsed));
  AnswerFormat format;
  format.grammar = compiled.grammar;
  format.needs_guard = compiled.needs_guard;
  format.vocabulary = std::make_shared<const MaskVocabulary>(tokenizer);
  return format;
}

AnswerFormat behind_thinking(AnswerFormat format, const AnswerSyntax& syntax, const Tokenizer& tokenizer) {
  const auto opens = std::find_if(syntax.marks.begin(), syntax.marks.end(),
                                  [](const AnswerMark& mark) { return mark.begins == AnswerKind::kThinking; });
  const auto closes = std::find_if(syntax.marks.begin(), syntax.marks.end(), [](const AnswerMark& mark) {
    return mark.begins == AnswerKind::kText && !mark.kept;
  });
  const bool thinks = syntax.starts_with != AnswerKind::kText || opens != syntax.marks.end();
  if (!thinks || closes == syntax.marks.end()) return format;
  format.free_until = closes->text;
  format.begins_free = syntax.starts_with != AnswerKind::kText;
  if (opens != syntax.marks.end() && !format.begins_free)
    format.opens_free_text = control_token(tokenizer, opens->text);
  return format;
}

Result<std::optional<AnswerFormat>> tool_call_format(const ToolCallSyntax& syntax,
                                                     std::span<const ToolDefinition> tools, const Tokenizer& tokenizer,
                                                     const ToolCallRules& rules) {
  const bool is_python = std::any_of(syntax.call.begin(), syntax.call.end(),
                                     [](const CallPart& part) { return part.kind == CallPartKind::kPythonArguments; });
  if ((syntax.trigger.empty() && !rules.required) || is_python || tools.empty()) return std::nullopt;
  Expressions e;
  const RuleId root = e.add_rule(), one_call = e.add_rule();
  std::vector<ExpressionId> calls;
  for (const ToolDefinition& tool : tools) {
    TRY(const ExpressionId call, call_of(e, syntax, tool));
    calls.push_back(call);
  }
  e.define(one_call, e.choice(std::move(calls)));
  const ExpressionId more = e.sequence({literal_with_space(e, syntax.separator), e.call(one_call)});
  const ExpressionId begin =
      literal_with_space(e, rules.required ? syntax.begin : syntax.begin.substr(syntax.trigger.size()));
  const bool several = syntax.several && rules.several;
  e.define(root, e.sequence({begin, e.call(one_call), e.repeat(more, 0, several ? kUnlimited : 0),
                             literal_with_space(e, syntax.end)}));
  AnswerFormat format;
  TRY(format.grammar, compile_grammar(e, root));
  format.vocabulary = vocabulary_of_calls(syntax, tokenizer);
  format.needs_guard = true;
  if (rules.required) return format;
  format.free_until = syntax.trigger;
  format.begins_free = true;
  format.may_end_free = true;
  return format;
}

}  // namespace ondol
