// Regular expressions: ECMA-262's syntax where it describes a regular language, over whole characters.
//
// Text is matched in linear time by automata, never by backtracking.  What no automaton can do (back-references) or
// this one does not (look-around, word boundaries, inline flags) is refused by name.  \d, \w and ^ $ mean what they
// mean in ECMA-262 without flags: ASCII digits and word characters, and the ends of the text.
// Also understood: \A, \z, (?P<name>…) as in Rust and Python, and \p{…} with general categories and scripts.
// Source: ECMA-262 (2024), section 22.2.1.
#pragma once

#include <string_view>

#include "base/result.h"
#include "grammar/expression.h"
#include "grammar/grammar.h"

namespace ondol {

// Reads `pattern` into `expressions`.  Fails with kBadInput: the position and what stands there.
Result<ExpressionId> parse_regex(Expressions& expressions, std::string_view pattern);

// The texts in which `pattern` is found somewhere (a JSON Schema `pattern`), as a deterministic automaton over
// well-formed UTF-8 of at most `max_states` states.
Result<Automaton> search_automaton(std::string_view pattern, int32_t max_states);

// The same texts as a grammar, whose size follows the pattern's.
Result<std::shared_ptr<const Grammar>> search_grammar(std::string_view pattern);

// A grammar of the texts that are wholly of `pattern`.
Result<std::shared_ptr<const Grammar>> regex_grammar(std::string_view pattern);

}  // namespace ondol
