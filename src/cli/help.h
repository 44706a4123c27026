// Help pages: the overview of `ondol` and the page of one command, broken into lines of `columns`.
#pragma once

#include <span>
#include <string>

#include "cli/command.h"

namespace ondol {

std::string overview(std::span<const Command* const> commands, int columns);
// `app` holds the command's declared arguments.
std::string command_help(const Command& command, const CLI::App& app, int columns);

// The candidate closest to `word`, for "did you mean"; "" when none is close.
std::string closest(std::string_view word, std::span<const std::string> candidates);

}  // namespace ondol
