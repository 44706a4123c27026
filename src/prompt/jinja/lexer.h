// Jinja source -> tokens, with the white space control that chat templates are rendered with: trim_blocks (the line end
// behind a block is dropped) and lstrip_blocks (so is the space before a block that begins its line).
// Source: Jinja 3.1, "Template Designer Documentation", sections "Whitespace Control" and "Escaping".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ondol::jinja {

enum class TokenKind : uint8_t {
  kData,  // text: template data, as it is written out
  kBlockBegin,
  kBlockEnd,
  kVariableBegin,
  kVariableEnd,
  kName,
  kString,
  kInteger,
  kFloat,
  kOperator,  // text: the operator
  kEnd,
};

struct Token {
  TokenKind kind;
  int line;
  std::string text;  // of names, operators, data; of strings with escapes resolved
  int64_t integer = 0;
  double number = 0;

  bool is(TokenKind k, std::string_view t) const { return kind == k && text == t; }
};

// `source` is UTF-8.  The last token is kEnd.  Fails with kBadInput, naming the line.
Result<std::vector<Token>> read_tokens(std::string_view source);

}  // namespace ondol::jinja
