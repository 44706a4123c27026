// The Unicode property Script (UAX #24) of the scripts in wide use, and of the characters shared by all (common,
// inherited).
#pragma once

#include <span>
#include <string_view>

#include "grammar/char_set.h"

namespace ondol {

struct Script {
  std::string_view name;  // "hangul"
  std::string_view code;  // ISO 15924, in small letters: "hang"
  std::span<const CharRange> ranges;
};
std::span<const Script> all_scripts();

}  // namespace ondol
