// How wide text is on a terminal: a Hangul syllable takes two columns, a combining mark none.
#pragma once

#include <string>
#include <string_view>

namespace ondol {

// Columns `text` (UTF-8) takes.
int display_width(std::string_view text);

// `text` followed (or, with `right`, preceded) by spaces up to `columns`; longer text stays as it is.
std::string pad(std::string_view text, int columns, bool right = false);

// The longest beginning of `text` that fits `columns`, ending in "…" when something was cut.
std::string shorten(std::string_view text, int columns);

// `text` with control characters and ill-formed bytes replaced, so that a foreign name cannot move the cursor, colour
// the screen or break a line: line end and tab as \n and \t, others as U+FFFD.
std::string visible_text(std::string_view text);

}  // namespace ondol
