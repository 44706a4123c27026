#include "cli/help.h"

#include <algorithm>
#include <numeric>

#include "cli/cli_messages.h"
#include "cli/text_width.h"

namespace ondol {
namespace {

constexpr int kTermColumns = 26;

// `text` broken at spaces into lines of at most `columns`; a word that is longer stays whole.
std::vector<std::string> wrapped(std::string_view text, int columns) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    std::string& line = lines.back();
    if (!line.empty() && display_width(line) + 1 + display_width(word) > columns) lines.emplace_back(word);
    else line += (line.empty() ? "" : " ") + std::string(word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// A help page of so many columns, as it grows.
class Page {
 public:
  explicit Page(int columns) : columns_(std::max(columns, 2 * kTermColumns)) {}

  void line(std::string_view text) { text_ += std::string(text) + "\n"; }
  void paragraph(std::string_view text) {
    for (const std::string& part : wrapped(text, columns_)) line(part);
  }
  void heading(const Message& message) { line("\n" + std::string(message.text())); }
  // Lines that a person may copy: indented, never broken.
  void lines(std::string_view text) {
    while (!text.empty()) {
      const size_t end = std::min(text.find('\n'), text.size());
      line("  " + std::string(text.substr(0, end)));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }
  // "  term   description"; the description begins on a line of its own when the term is long.
  void entry(const std::string& term, std::string_view description) {
    const std::string indent(kTermColumns + 2, ' ');
    const bool alone = display_width(term) > kTermColumns - 2;
    std::string start = "  " + pad(term, kTermColumns);
    if (alone) line("  " + term), start = indent;
    for (const std::string& part : wrapped(description, columns_ - kTermColumns - 2)) {
      line(start + part);
      start = indent;
    }
  }
  std::string take() { return std::move(text_); }

 private:
  int columns_;
  std::string text_;
};

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

// The candidate closest to `word`; "" when none is close.
std::string closest(std::string_view word, std::span<const std::string> candidates) {
  std::string best;
  size_t best_distance = std::max<size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) best = candidate, best_distance = distance;
  }
  return best;
}

}  // namespace

std::string overview(std::span<const Command* const> commands, int columns) {
  Page page(columns);
  page.paragraph(msg::kOverviewTitle.text());
  page.heading(msg::kUsageHeading);
  page.lines(msg::kOverviewUsage.text());
  page.heading(msg::kCommandsHeading);
  for (const Command* command : commands) page.entry(std::string(command->name), command->summary.text());
  page.heading(msg::kOptionsHeading);
  page.entry("-h, --help", msg::kHelpOption.text());
  page.entry("--version", msg::kVersionOption.text());
  page.entry("--lang LANG", msg::kLangOption.text());
  page.heading(msg::kExampleHeading);
  page.lines(msg::kOverviewExample.text());
  return page.take();
}

std::string command_help(const Command& command, const Options& options, int columns) {
  Page page(columns);
  page.paragraph(command.summary.text());

  std::string usage = "ondol " + std::string(command.name);
  for (const Option& option : options.all()) {
    if (option.is_positional()) usage += option.is_required() ? " " + option.names() : " [" + option.names() + "]";
  }
  page.heading(msg::kUsageHeading);
  page.lines(usage + " " + help_text(msg::kOptionsPlaceholder));
  page.line("");
  for (const Option& option : options.all()) {
    if (option.is_positional()) page.entry(option.names(), option.help());
  }

  page.heading(msg::kOptionsHeading);
  for (const Option& option : options.all()) {
    if (option.is_positional()) continue;
    std::string names = option.names();
    if (const size_t comma = names.find(','); comma != std::string::npos) names.insert(comma + 1, " ");
    page.entry(option.placeholder().empty() ? names : names + " " + option.placeholder(), option.help());
  }
  page.heading(msg::kExampleHeading);
  page.lines(command.example);
  return page.take();
}

std::string hint_for(std::string_view word, std::span<const std::string> candidates, const std::string& help_command) {
  const std::string near = closest(word, candidates);
  return near.empty() ? format_message(msg::kSeeHelp, help_command) : format_message(msg::kDidYouMean, near);
}

}  // namespace ondol
