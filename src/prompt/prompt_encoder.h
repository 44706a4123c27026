// PromptEncoder: a rendered prompt -> token ids.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "prompt/chat_template.h"
#include "tokenizer/special_matcher.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

EdgeTokens edge_tokens(const Tokenizer& tokenizer);

// Those of `tokens` that spell `text`, where it stands last among them; none where it does not or a token spans one of
// its ends.  `special` as in Tokenizer::piece().
std::span<const TokenId> tokens_of_text(const Tokenizer& tokenizer, std::span<const TokenId> tokens,
                                        std::string_view text, bool special);

class PromptEncoder {
 public:
  // The tokenizer outlives the encoder.
  explicit PromptEncoder(const Tokenizer& tokenizer);

  // Ids that stand for a piece as they were generated, or nothing to encode its text.
  using Written = std::function<std::span<const TokenId>(const PromptPiece&)>;

  // Control tokens are read where the template wrote them and nowhere else; a message that spells one is text.
  // Neighbouring pieces are encoded as one text.  Adds the BOS token when the vocabulary wants one and the prompt does
  // not begin with it.
  std::vector<TokenId> encode(std::span<const PromptPiece> pieces, const Written& written = nullptr) const;

 private:
  void encode_stretch(std::span<const PromptPiece> pieces, std::vector<TokenId>& ids) const;

  const Tokenizer& tokenizer_;
  SpecialMatcher control_tokens_;
};

}  // namespace ondol
