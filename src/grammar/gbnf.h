// GBNF: the grammar notation of llama.cpp.
//
//   root  ::= "yes" | "no" [.!]? | list       # a comment
//   list  ::= "[" item ("," item){0,9} "]"
// Literals, character classes, `.`, groups, | and the repetitions * + ? {n} {n,} {n,m}; the text begins at `root`.
// Left recursion is allowed; token literals (<[id]>, <|name|>) are refused by name, as they hold for one vocabulary
// only. Source: llama.cpp, grammars/README.md.
#pragma once

#include <string_view>

#include "base/result.h"
#include "grammar/grammar.h"

namespace ondol {

// Fails with kBadInput: the line and what is wrong there, or as compile_grammar() does.
Result<std::shared_ptr<const Grammar>> gbnf_grammar(std::string_view text);

// A grammar of the texts in a comma-separated list.  Fails with kBadInput for an empty one.
Result<std::shared_ptr<const Grammar>> choice_grammar(std::string_view choices);

}  // namespace ondol
