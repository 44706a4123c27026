#include "cli/help.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <numeric>

#include "cli/cli_messages.h"
#include "cli/text_width.h"

namespace ondol {
namespace {

constexpr int kTermColumns = 26;

// "  term   description", the description on a line of its own when the term is long; further lines are indented.
std::string entry(const std::string& term, const std::string& description) {
  std::string out = "  " + term;
  if (display_width(term) > kTermColumns - 2) out += "\n" + std::string(kTermColumns + 2, ' ');
  else out = "  " + pad(term, kTermColumns);
  for (const char c : description) {
    out += c;
    if (c == '\n') out += std::string(kTermColumns + 2, ' ');
  }
  return out + "\n";
}

std::string heading(const Message& message) { return "\n" + std::string(message.text()) + "\n"; }

std::string indented_lines(std::string_view lines) {
  std::string out;
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    out += "  " + std::string(lines.substr(0, end)) + "\n";
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return out;
}

// Insertions, deletions and replacements that turn `a` into `b`.  Source: Wagner and Fischer 1974.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string overview(std::span<const Command* const> commands) {
  std::string out = std::string(msg::kOverviewTitle.text()) + "\n" + heading(msg::kUsageHeading) +
                    indented_lines(msg::kOverviewUsage.text()) + heading(msg::kCommandsHeading);
  for (const Command* command : commands) out += entry(std::string(command->name), help_text(command->summary));
  out += heading(msg::kOptionsHeading) + entry("-h, --help", help_text(msg::kHelpOption)) +
         entry("--version", help_text(msg::kVersionOption)) + entry("--lang LANG", help_text(msg::kLangOption));
  out += heading(msg::kExampleHeading) + indented_lines(msg::kOverviewExample.text());
  return out;
}

std::string command_help(const Command& command, const CLI::App& app) {
  std::string usage = "  ondol " + std::string(command.name);
  std::string arguments, options;
  for (const CLI::Option* option : app.get_options()) {
    const std::string value = option->get_option_text();
    if (option->get_positional()) {
      const std::string name = option->get_name(true);
      usage += option->get_required() ? " " + name : " [" + name + "]";
      arguments += entry(name, option->get_description());
      continue;
    }
    std::string names = option->get_name(false, true);
    if (const size_t comma = names.find(','); comma != std::string::npos) names.insert(comma + 1, " ");
    options += entry(value.empty() ? names : names + " " + value, option->get_description());
  }
  usage += " " + help_text(msg::kOptionsPlaceholder);
  return help_text(command.summary) + "\n" + heading(msg::kUsageHeading) + usage + "\n\n" + arguments +
         heading(msg::kOptionsHeading) + options + heading(msg::kExampleHeading) + indented_lines(command.example);
}

std::string closest(std::string_view word, std::span<const std::string> candidates) {
  std::string best;
  size_t best_distance = std::max<size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) best = candidate, best_distance = distance;
  }
  return best;
}

}  // namespace ondol
