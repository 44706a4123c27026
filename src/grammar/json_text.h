// How JSON is written when it is generated: one form for every value, and a little freedom in spacing.
//
// Characters that must be escaped have one escape each, so that equal keys are equal texts; all others stand as they
// are.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "grammar/expression.h"

namespace ondol {

// One character of a string's inside.
ExpressionId json_char(Expressions& expressions);

// The JSON strings, quotes included, whose values `values` (deterministic, over UTF-8) accepts.
Automaton json_strings(const Automaton& values);

// Nothing, one space, or a line end and some indentation.
ExpressionId json_space(Expressions& expressions);

// A pattern for the whole text of a `format`; nothing where the format is unknown and thus says nothing.  What the
// pattern holds is of the format; a few rare forms are left out (February 29th, leap seconds, IPv6 with IPv4 inside).
std::optional<std::string_view> format_pattern(std::string_view format);

}  // namespace ondol
