// When two texts say the same.
#pragma once

#include <string>
#include <string_view>

namespace ondol {

// `text` in normal form C, without white space at its ends and with one space for every other stretch of it: equal for
// texts that differ in nothing else.
std::string text_key(std::string_view text);

// The same for two answers that are one JSON value (canonical_json()), or else one text.
std::string answer_key(std::string_view answer);

}  // namespace ondol
