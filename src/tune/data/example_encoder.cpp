#include "tune/data/example_encoder.h"

#include <algorithm>
#include <optional>

#include "prompt/thinking.h"
#include "tune/data/data_messages.h"
#include "tune/data/text_pieces.h"

namespace ondol {
namespace {

bool begins_with(std::span<const TokenId> all, std::span<const TokenId> begin) {
  return all.size() >= begin.size() && std::equal(begin.begin(), begin.end(), all.begin());
}

std::string text_of(std::span<const PromptPiece> pieces) {
  std::string text;
  for (const PromptPiece& piece : pieces) text += piece.text;
  return text;
}

// What stands behind the first `n_bytes` of a rendered prompt.
std::vector<PromptPiece> pieces_behind(std::span<const PromptPiece> pieces, size_t n_bytes) {
  std::vector<PromptPiece> behind;
  for (const PromptPiece& piece : pieces) {
    const size_t n_before = std::min(n_bytes, piece.text.size());
    n_bytes -= n_before;
    if (n_before == piece.text.size()) continue;
    behind.push_back(piece);
    behind.back().text.erase(0, n_before);
  }
  return behind;
}

// The conversation up to the answer of `message`, behind the prompt that asks for it.  A prompt that opens a thinking
// section, which the template does not repeat when it shows the answer, is followed by the thinking and its closing
// mark as the models of DeepSeek-R1 write them.  Nothing where prompt and answer do not belong together.
std::optional<std::vector<PromptPiece>> join_answer(std::span<const PromptPiece> asked,
                                                    std::span<const PromptPiece> answered, const ChatMessage& message,
                                                    int index, const std::string& jinja) {
  const std::string prompt = text_of(asked);
  if (text_of(answered).starts_with(prompt)) return std::vector<PromptPiece>(answered.begin(), answered.end());
  const auto text =
      std::find_if(answered.begin(), answered.end(), [&](const PromptPiece& piece) { return piece.message == index; });
  const AnswerSyntax syntax = recognize_answer_syntax(jinja, asked.empty() ? "" : asked.back().text, false);
  const auto close = std::find_if(syntax.marks.begin(), syntax.marks.end(),
                                  [](const AnswerMark& mark) { return mark.begins == AnswerKind::kText; });
  const bool shows_answer = text != answered.end();
  const bool opens_thinking = syntax.starts_with == AnswerKind::kThinking && close != syntax.marks.end();
  const auto n_before = text - answered.begin();
  if (!shows_answer || !opens_thinking || !prompt.starts_with(text_of(answered.first(static_cast<size_t>(n_before)))))
    return std::nullopt;
  std::vector<PromptPiece> whole(asked.begin(), asked.end());
  whole.push_back({message.thinking + "\n", false, index});
  whole.push_back({close->text + "\n\n", true});
  whole.insert(whole.end(), text, answered.end());
  return whole;
}

}  // namespace

ExampleEncoder::ExampleEncoder(const Tokenizer& tokenizer, const ChatTemplate* chat, const EncodeRules& rules)
    : tokenizer_(tokenizer), chat_(chat), rules_(rules), encoder_(tokenizer), edges_(edge_tokens(tokenizer)) {}

Result<std::vector<Example>> ExampleEncoder::encode(const Record& record) const {
  if (record.kind == RecordKind::kText) return encode_text(record);
  if (record.kind == RecordKind::kChat) {
    if (!chat_) return fail(ErrorKind::kBadInput, msg::kChatNeedsTemplate, chat_template_names());
    return encode_chat(record);
  }
  if (chat_) {
    return encode_chat(
        {.kind = RecordKind::kChat, .messages = {{Role::kUser, record.prompt}, {Role::kAssistant, record.completion}}});
  }
  TRY(Example example, encode_completion(record));
  return std::vector<Example>{std::move(example)};
}

void ExampleEncoder::add(Example& example, std::span<const TokenId> tokens, bool learns) const {
  example.tokens.insert(example.tokens.end(), tokens.begin(), tokens.end());
  example.learns.resize(example.tokens.size(), learns || rules_.learns_prompts);
  if (!example.learns.empty()) example.learns.front() = 0;
}

bool ExampleEncoder::same_text(std::span<const TokenId> begin, std::span<const TokenId> end,
                               std::span<const TokenId> all) const {
  std::vector<TokenId> joined(begin.begin(), begin.end());
  joined.insert(joined.end(), end.begin(), end.end());
  return tokenizer_.decode(joined, true) == tokenizer_.decode(all, true);
}

std::vector<TokenId> ExampleEncoder::encode_plain(std::string_view text) const {
  return tokenizer_.encode(text, {.add_bos = tokenizer_.wants_bos});
}

// What follows the prompt in the whole; where the whole does not begin with the prompt's tokens, because a token spans
// the border, the rest is encoded on its own.
Result<std::vector<TokenId>> ExampleEncoder::tokens_behind(const std::vector<TokenId>& prompt, size_t prompt_bytes,
                                                           std::span<const PromptPiece> whole_text,
                                                           const PromptEncoder::Written& written) const {
  std::vector<TokenId> whole = encoder_.encode(whole_text, written);
  if (begins_with(whole, prompt)) {
    whole.erase(whole.begin(), whole.begin() + std::ssize(prompt));
    return whole;
  }
  std::vector<TokenId> behind = encoder_.encode(pieces_behind(whole_text, prompt_bytes));
  const bool leads_with_bos = tokenizer_.wants_bos && tokenizer_.bos && !behind.empty();
  if (leads_with_bos) behind.erase(behind.begin());
  if (!same_text(prompt, behind, whole)) return fail(ErrorKind::kBadInput, msg::kNoBorder);
  return behind;
}

Result<std::vector<TokenId>> ExampleEncoder::answer_tokens(const std::vector<TokenId>& prompt, size_t prompt_bytes,
                                                           std::span<const PromptPiece> answered,
                                                           const PromptEncoder::Written& written) const {
  TRY(std::vector<TokenId> answer, tokens_behind(prompt, prompt_bytes, answered, written));
  const auto end =
      std::find_if(answer.begin(), answer.end(), [&](TokenId id) { return tokenizer_.ends_generation(id); });
  if (end != answer.end()) {
    answer.erase(end + 1, answer.end());
    return answer;
  }
  // The template writes no token that ends the answer; a model has to all the same, behind the message's text.
  while (!answered.empty() && answered.back().from_template) answered = answered.first(answered.size() - 1);
  TRY(answer, tokens_behind(prompt, prompt_bytes, answered, written));
  const std::optional<TokenId> eos = tokenizer_.eot ? tokenizer_.eot : tokenizer_.eos;
  if (!eos) return fail(ErrorKind::kBadInput, msg::kNoEndToken);
  answer.push_back(*eos);
  return answer;
}

Result<std::vector<Example>> ExampleEncoder::encode_chat(const Record& record) const {
  const std::span<const ChatMessage> messages = record.messages;
  const auto render = [&](size_t n_messages, bool ask) {
    return chat_->render({.messages = messages.first(n_messages),
                          .ask = ask,
                          .edges = edges_,
                          .tools = record.tools,
                          .now = rules_.now});
  };
  if (!record.tools.empty() && !chat_->tool_calls()) return fail(ErrorKind::kBadInput, msg::kChatTemplateWithoutTools);
  // Answers of earlier turns stay in the tokens they were written in, as they do in a conversation.
  std::vector<std::vector<TokenId>> answers(messages.size());
  const PromptEncoder::Written written = [&](const PromptPiece& piece) -> std::span<const TokenId> {
    if (piece.message < 0) return {};
    return tokens_of_text(tokenizer_, answers[static_cast<size_t>(piece.message)], piece.text, false);
  };
  std::vector<Example> examples;
  for (size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].role != Role::kAssistant) continue;
    TRY(const std::vector<PromptPiece> asked, render(i, true));
    TRY(const std::vector<PromptPiece> shown, render(i + 1, false));
    const auto answered = join_answer(asked, shown, messages[i], static_cast<int>(i), chat_->source());
    if (!answered) return fail(ErrorKind::kBadInput, msg::kTemplateOtherPrompt);
    const std::vector<TokenId> prompt = encoder_.encode(asked, written);
    TRY(answers[i], answer_tokens(prompt, text_of(asked).size(), *answered, written));
    const bool goes_on = !examples.empty() && begins_with(prompt, examples.back().tokens);
    if (!goes_on) examples.emplace_back();
    Example& example = examples.back();
    add(example, std::span(prompt).subspan(example.tokens.size()), false);
    add(example, answers[i], true);
  }
  return examples;
}

Result<Example> ExampleEncoder::encode_completion(const Record& record) const {
  if (!tokenizer_.eos) return fail(ErrorKind::kBadInput, msg::kNoEndToken);
  const std::vector<TokenId> prompt = encode_plain(record.prompt);
  const std::vector<TokenId> whole = encode_plain(record.prompt + record.completion);
  std::vector<TokenId> answer;
  if (begins_with(whole, prompt)) answer.assign(whole.begin() + std::ssize(prompt), whole.end());
  else answer = tokenizer_.encode(record.completion);
  if (!same_text(prompt, answer, whole)) return fail(ErrorKind::kBadInput, msg::kNoBorder);
  answer.push_back(*tokenizer_.eos);
  Example example;
  add(example, prompt, false);
  add(example, answer, true);
  return example;
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
