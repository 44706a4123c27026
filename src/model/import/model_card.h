// The licence a Hugging Face model card states.
#pragma once

#include <string>
#include <string_view>

namespace ondol {

// The value of "license:" in the card's front matter (the lines between two "---" at its start), "" without one.
// Source: Hugging Face Hub documentation, "Model cards".
std::string find_licence(std::string_view card);
// The same for a file, "" when it cannot be read.
std::string read_licence(const std::string& path);

}  // namespace ondol
