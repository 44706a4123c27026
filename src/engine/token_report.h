// How likely the model held the tokens of an answer, for whoever asks.
//
// The log of the softmax of the model's own logits over the whole vocabulary: what penalties, bias, temperature,
// filters and grammars make of them changes what is chosen, not what is reported.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace ondol {

struct TokenLikelihood {
  TokenId token;
  float log_probability;  // natural; -infinity for what the model holds impossible
};

// About one token of an answer.
struct TokenReport {
  TokenLikelihood chosen;
  std::vector<TokenLikelihood> top;  // the likeliest first, lower ids first among equals
  std::string text;                  // bytes of the token as shown; may be part of a character
};

// The report without text on `chosen`, one of logits [vocab_size], with the `n_top` likeliest tokens (or all there
// are).  A logit that is no number counts as -infinity.
TokenReport report_token(std::span<const float> logits, TokenId chosen, int n_top);

}  // namespace ondol
