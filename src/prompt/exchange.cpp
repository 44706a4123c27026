#include "prompt/exchange.h"

#include <algorithm>
#include <optional>

#include "prompt/prompt_messages.h"
#include "prompt/thinking.h"

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

ExchangeEncoder::ExchangeEncoder(const Tokenizer& tokenizer, const ChatTemplate* chat, const std::tm& now)
    : tokenizer_(tokenizer), chat_(chat), now_(now), encoder_(tokenizer), edges_(edge_tokens(tokenizer)) {}

bool ExchangeEncoder::same_text(std::span<const TokenId> begin, std::span<const TokenId> end,
                                std::span<const TokenId> all) const {
  std::vector<TokenId> joined(begin.begin(), begin.end());
  joined.insert(joined.end(), end.begin(), end.end());
  return tokenizer_.decode(joined, true) == tokenizer_.decode(all, true);
}

// What follows the prompt in the whole; where the whole does not begin with the prompt's tokens, because a token spans
// the border, the rest is encoded on its own.
Result<std::vector<TokenId>> ExchangeEncoder::tokens_behind(const std::vector<TokenId>& prompt, size_t prompt_bytes,
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

Result<std::vector<TokenId>> ExchangeEncoder::answer_tokens(const std::vector<TokenId>& prompt, size_t prompt_bytes,
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

Result<Exchange> ExchangeEncoder::chat(std::span<const ChatMessage> messages, std::string_view tools,
                                       const PromptEncoder::Written& written) const {
  if (!tools.empty() && !chat_->tool_calls()) return fail(ErrorKind::kBadInput, msg::kChatTemplateWithoutTools);
  const auto render = [&](std::span<const ChatMessage> some, bool ask) {
    return chat_->render({.messages = some, .ask = ask, .edges = edges_, .tools = tools, .now = now_});
  };
  const size_t n_asked = messages.size() - 1;
  TRY(const std::vector<PromptPiece> asked, render(messages.first(n_asked), true));
  TRY(const std::vector<PromptPiece> shown, render(messages, false));
  const auto answered = join_answer(asked, shown, messages.back(), static_cast<int>(n_asked), chat_->source());
  if (!answered) return fail(ErrorKind::kBadInput, msg::kTemplateOtherPrompt);
  Exchange exchange;
  exchange.prompt = encoder_.encode(asked, written);
  TRY(exchange.answer, answer_tokens(exchange.prompt, text_of(asked).size(), *answered, written));
  return exchange;
}

Result<Exchange> ExchangeEncoder::completion(std::string_view prompt, std::string_view answer) const {
  if (chat_) {
    const std::vector<ChatMessage> messages = {{Role::kUser, std::string(prompt)},
                                               {Role::kAssistant, std::string(answer)}};
    return chat(messages, "");
  }
  if (!tokenizer_.eos) return fail(ErrorKind::kBadInput, msg::kNoEndToken);
  const EncodeOptions as_run{.add_bos = tokenizer_.wants_bos};
  Exchange exchange;
  exchange.prompt = tokenizer_.encode(prompt, as_run);
  const std::vector<TokenId> whole = tokenizer_.encode(std::string(prompt) + std::string(answer), as_run);
  const auto border = whole.begin() + std::min(std::ssize(exchange.prompt), std::ssize(whole));
  if (begins_with(whole, exchange.prompt)) exchange.answer.assign(border, whole.end());
  else exchange.answer = tokenizer_.encode(answer);
  if (!same_text(exchange.prompt, exchange.answer, whole)) return fail(ErrorKind::kBadInput, msg::kNoBorder);
  exchange.answer.push_back(*tokenizer_.eos);
  return exchange;
}

}  // namespace ondol
