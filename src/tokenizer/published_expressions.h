// Regular expressions that model families publish, recognised however they are spelt.
#pragma once

#include <string>
#include <string_view>

#include "tokenizer/pre_tokenizer.h"

namespace ondol {

struct PublishedExpression {
  std::string_view expression;
  WordScanner scan;
  std::string_view pre;  // its name in tokenizer.ggml.pre, without ignore_merges
};

// `expression` in the one spelling of what is read alike: \r and \n as escapes or characters, (?:'[sS]|…) for
// (?i:'s|…).
std::string plain_spelling(std::string_view expression);

// The known expression that means the same as `expression`, or null.
const PublishedExpression* find_published_expression(std::string_view expression);

// The known expression that `scan` stands for, or "".
std::string_view expression_of(WordScanner scan);

}  // namespace ondol
