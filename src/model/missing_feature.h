// Families that llama.cpp runs and this build does not, and what they would need.
#pragma once

#include <string>
#include <string_view>

namespace ondol {

// What a family of that general.architecture needs that this build does not have, in the user's language; empty where
// it has never heard of the family.
std::string missing_feature(std::string_view gguf_name);

}  // namespace ondol
