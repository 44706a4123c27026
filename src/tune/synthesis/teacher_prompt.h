// What a teacher is asked when it writes training pairs, and how its words are read.
//
// One message of the user and no other role: some templates know no system message, and examples between tags stay
// apart from the teacher's own turns.  The method is Self-Instruct's (Wang et al. 2022, section 2), inputs first.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tune/synthesis/pairs.h"

namespace ondol {

// Asks for one input that is not among the examples.
std::string input_prompt(std::string_view task, std::span<const Pair> examples);
// Asks for the output of `input`: between tags, or, of a teacher that is held to the form of outputs, alone.
std::string output_prompt(std::string_view task, std::span<const Pair> examples, std::string_view input, bool is_held);

// What stands between <tag> and </tag>, the last such stretch, open at its end where the closing tag is missing; or
// all of `text` where there is no tag.  Without white space at its ends.
std::string_view inside_tag(std::string_view text, std::string_view tag);

}  // namespace ondol
