// Python's methods of str, on texts that keep their origins.  Filters of the same name share them.
#pragma once

#include "prompt/jinja/interpreter.h"

namespace ondol::jinja {

// The method `name`, or null.
Native find_text_method(std::string_view name);

enum class Side { kLeft, kRight, kBoth };
// Without the characters of `which` (null: white space) at its ends.
Text strip(const Text& text, const Text* which, Side side);

enum class Case { kUpper, kLower, kCapitalized, kTitle };
Result<Text> change_case(Interpreter& interpreter, const Text& text, Case wanted);

// All, or the first `count` (not negative) occurrences of `old` replaced.
Result<Text> replace_text(Interpreter& interpreter, const Text& text, const Text& old, const Text& by, int64_t count);

// The lines of str.splitlines().
std::vector<Text> split_lines(const Text& text, bool keep_ends);

// Padded to `width` code points on both sides.
Result<Text> center_text(Interpreter& interpreter, const Text& text, int64_t width, const Text& fill);

bool is_lower_text(std::string_view text);
bool is_upper_text(std::string_view text);

}  // namespace ondol::jinja
