#include "tune/data/example_encoder.h"

#include <algorithm>

#include "prompt/prompt_messages.h"
#include "tune/data/text_pieces.h"

namespace ondol {

ExampleEncoder::ExampleEncoder(const Tokenizer& tokenizer, const ChatTemplate* chat, const EncodeRules& rules)
    : tokenizer_(tokenizer), has_template_(chat != nullptr), rules_(rules), exchanges_(tokenizer, chat, rules.now) {}

Result<std::vector<Example>> ExampleEncoder::encode(const Record& record) const {
  switch (record.kind) {
    case RecordKind::kText:
      return encode_text(record);
    case RecordKind::kChat:
      if (!has_template_) return fail(ErrorKind::kBadInput, msg::kChatNeedsTemplate, chat_template_names());
      return encode_chat(record);
    case RecordKind::kCompletion:
      break;
  }
  TRY(const Exchange exchange, exchanges_.completion(record.prompt, record.completion));
  std::vector<Example> examples(1);
  add(examples[0], exchange.prompt, false);
  add(examples[0], exchange.answer, true);
  return examples;
}

void ExampleEncoder::add(Example& example, std::span<const TokenId> tokens, bool learns) const {
  example.tokens.insert(example.tokens.end(), tokens.begin(), tokens.end());
  example.learns.resize(example.tokens.size(), learns || rules_.learns_prompts);
  if (!example.learns.empty()) example.learns.front() = 0;
}

Result<std::vector<Example>> ExampleEncoder::encode_chat(const Record& record) const {
  // Answers of earlier turns stay in the tokens they were written in, as they do in a conversation.
  std::vector<std::vector<TokenId>> answers(record.messages.size());
  const PromptEncoder::Written written = [&](const PromptPiece& piece) -> std::span<const TokenId> {
    if (piece.message < 0) return {};
    return tokens_of_text(tokenizer_, answers[static_cast<size_t>(piece.message)], piece.text, false);
  };
  std::vector<Example> examples;
  for (size_t i = 0; i < record.messages.size(); ++i) {
    if (record.messages[i].role != Role::kAssistant) continue;
    const auto so_far = std::span(record.messages).first(i + 1);
    TRY(Exchange exchange, exchanges_.chat(so_far, record.tools, written));
    const bool goes_on =
        !examples.empty() && exchange.prompt.size() >= examples.back().tokens.size() &&
        std::equal(examples.back().tokens.begin(), examples.back().tokens.end(), exchange.prompt.begin());
    if (!goes_on) examples.emplace_back();
    Example& example = examples.back();
    add(example, std::span(exchange.prompt).subspan(example.tokens.size()), false);
    add(example, exchange.answer, true);
    answers[i] = std::move(exchange.answer);
  }
  return examples;
}

std::vector<Example> ExampleEncoder::encode_text(const Record& record) const {
  if (record.text.empty()) return {};
  std::vector<TokenId> tokens = tokenizer_.encode(record.text);
  if (record.ends_document && tokenizer_.eos) tokens.push_back(*tokenizer_.eos);
  const bool leads_with_bos = tokenizer_.wants_bos && tokenizer_.bos;
  std::vector<Example> examples;
  for (const std::span<const TokenId> piece :
       cut_text(tokens, rules_.context_length - (leads_with_bos ? 1 : 0), tokenizer_)) {
    Example example;
    if (leads_with_bos) add(example, {&*tokenizer_.bos, 1}, false);
    add(example, piece, true);
    examples.push_back(std::move(example));
  }
  return examples;
}

}  // namespace ondol
