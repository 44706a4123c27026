// ExampleEncoder: records -> tokens, and which of them the loss counts.
//
// The tokens are the ones `ondol run` feeds and generates: each answer stands behind the prompt as the model's chat
// template renders it, encoded on its own as at inference, and ends with the first token that ends generation.  The
// loss counts the answers with that token; what the template writes behind it is only read.
#pragma once

#include <string_view>
#include <vector>

#include "measure/records/record.h"
#include "prompt/chat_template.h"
#include "prompt/prompt_encoder.h"
#include "tune/data/example.h"

namespace ondol {

struct EncodeRules {
  int64_t context_length = 0;   // tokens; running text is cut into pieces of this length, at least 2
  bool learns_prompts = false;  // the loss counts prompts, too
  std::tm now{};                // the date templates may show
};

// Immutable; any number of threads may use it.
class ExampleEncoder {
 public:
  // `chat`: how the model is asked; null for a model that completes text.  Tokenizer and template outlive the encoder.
  ExampleEncoder(const Tokenizer& tokenizer, const ChatTemplate* chat, const EncodeRules& rules);

  // The examples of one record, of any length:
  //   a chat        one; or one for each answer whose prompt is not what came before it with the new question behind,
  //                 as where a template drops earlier thinking
  //   a completion  one: a chat of one question where there is a template, else the two texts behind each other
  //   a text        its pieces; none when it is empty
  // Fails with kBadInput and the reason alone: the template refuses the chat, or cannot be parted into prompt and
  // answer; the model has no template or no token that ends an answer.
  Result<std::vector<Example>> encode(const Record& record) const;

 private:
  Result<std::vector<Example>> encode_chat(const Record& record) const;
  Result<Example> encode_completion(const Record& record) const;
  std::vector<Example> encode_text(const Record& record) const;
  Result<std::vector<TokenId>> tokens_behind(const std::vector<TokenId>& prompt, size_t prompt_bytes,
                                             std::span<const PromptPiece> whole_text,
                                             const PromptEncoder::Written& written) const;
  Result<std::vector<TokenId>> answer_tokens(const std::vector<TokenId>& prompt, size_t prompt_bytes,
                                             std::span<const PromptPiece> answered,
                                             const PromptEncoder::Written& written) const;
  std::vector<TokenId> encode_plain(std::string_view text) const;
  bool same_text(std::span<const TokenId> begin, std::span<const TokenId> end, std::span<const TokenId> all) const;
  void add(Example& example, std::span<const TokenId> tokens, bool learns) const;

  const Tokenizer& tokenizer_;
  const ChatTemplate* chat_;
  EncodeRules rules_;
  PromptEncoder encoder_;
  EdgeTokens edges_;
};

}  // namespace ondol
