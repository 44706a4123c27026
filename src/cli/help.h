// Help pages: the overview of `ondol` and the page of one command, broken into lines of `columns`.
#pragma once

#include <span>
#include <string>

#include "cli/command.h"

namespace ondol {

std::string overview(std::span<const Command* const> commands, int columns);
// `options` are those the command declares.
std::string command_help(const Command& command, const Options& options, int columns);

// What to do about the unknown `word`: "did you mean …?", or where to look when none of the candidates is close.
std::string hint_for(std::string_view word, std::span<const std::string> candidates, const std::string& help_command);

}  // namespace ondol
