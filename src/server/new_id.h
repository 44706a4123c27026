// Names that answers, messages and calls are known by.
#pragma once

#include <string>
#include <string_view>

namespace ondol {

// "chatcmpl-" and 24 random letters and digits.
std::string new_id(std::string_view prefix);

}  // namespace ondol
