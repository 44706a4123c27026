// An exchange: what a model is asked and what it answers, as the tokens it is fed and generates.
//
// The answer stands behind the prompt as the model's chat template renders it, encoded on its own as at inference, and
// ends with the first token that ends generation.  Training and the likelihood of given answers both start here.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "prompt/chat_template.h"
#include "prompt/prompt_encoder.h"

namespace ondol {

struct Exchange {
  std::vector<TokenId> prompt, answer;  // the answer with the token that ends it
};

// Immutable; any number of threads may use it.
class ExchangeEncoder {
 public:
  // `chat`: how the model is asked; null for a model that completes text.  `now`: the date templates may show.
  // Tokenizer and template outlive the encoder.
  ExchangeEncoder(const Tokenizer& tokenizer, const ChatTemplate* chat, const std::tm& now);

  // The last of `messages` is the assistant's; there is a template.  `tools` as in ChatRequest, `written` as in
  // PromptEncoder.  Fails with kBadInput and the reason alone: the template refuses the chat or knows no tools, or
  // cannot be parted into prompt and answer; the vocabulary has no token that ends an answer.
  Result<Exchange> chat(std::span<const ChatMessage> messages, std::string_view tools,
                        const PromptEncoder::Written& written = nullptr) const;
  // A prompt and its answer: a chat of one question where there is a template, else two texts behind each other.  Fails
  // as chat().
  Result<Exchange> completion(std::string_view prompt, std::string_view answer) const;

 private:
  Result<std::vector<TokenId>> tokens_behind(const std::vector<TokenId>& prompt, size_t prompt_bytes,
                                             std::span<const PromptPiece> whole_text,
                                             const PromptEncoder::Written& written) const;
  Result<std::vector<TokenId>> answer_tokens(const std::vector<TokenId>& prompt, size_t prompt_bytes,
                                             std::span<const PromptPiece> answered,
                                             const PromptEncoder::Written& written) const;
  bool same_text(std::span<const TokenId> begin, std::span<const TokenId> end, std::span<const TokenId> all) const;

  const Tokenizer& tokenizer_;
  const ChatTemplate* chat_;
  std::tm now_;
  PromptEncoder encoder_;
  EdgeTokens edges_;
};

}  // namespace ondol
