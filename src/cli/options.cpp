#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/cli_messages.h"
#include "cli/help.h"

namespace ondol {
namespace {

// An option and what the parser knows of it.
struct Declared {
  const Option* option;
  const CLI::Option* parsed;
};

// A word as CLI11 knows it, which has no short names of several letters: "-np" is "--np" there.
std::string for_parser(const std::string& word, const std::vector<std::string>& wide_short_names) {
  const auto is_word = [&](const std::string& name) { return word == name || word.starts_with(name + "="); };
  return std::any_of(wide_short_names.begin(), wide_short_names.end(), is_word) ? "-" + word : word;
}

CLI::Option* declare(CLI::App& app, const Option& option) {
  std::string names;
  for (const std::string& name : option.all_names()) {
    names += (names.empty() ? "" : ",") + for_parser(name, option.wide_short_names());
  }
  CLI::Option* declared = std::visit(
      [&](auto* target) -> CLI::Option* {
        if constexpr (std::is_same_v<decltype(target), bool*>) return app.add_flag(names, *target);
        else return app.add_option(names, *target);
      },
      option.target());
  declared->required(option.is_required());
  if (option.splits_at_commas()) declared->delimiter(',');
  if (option.is_repeatable()) declared->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  return declared;
}

std::vector<std::string> all_long_names(const Options& options) {
  std::vector<std::string> names;
  for (const Option& option : options.all()) {
    for (std::string& name : option.long_names()) names.push_back(std::move(name));
  }
  return names;
}

tl::unexpected<Error> usage_error(const Message& message, std::string_view detail, const std::string& hint) {
  return fail(ErrorKind::kUsage, message, detail, hint);
}

}  // namespace

std::vector<std::string> Option::all_names() const {
  std::vector<std::string> names;
  std::string_view rest = names_;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(','), rest.size());
    names.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return names;
}

std::vector<std::string> Option::long_names() const {
  std::vector<std::string> names = all_names();
  std::erase_if(names, [](const std::string& name) { return !name.starts_with("--"); });
  return names;
}

std::vector<std::string> Option::wide_short_names() const {
  std::vector<std::string> names = all_names();
  std::erase_if(names, [](const std::string& name) {
    return !name.starts_with('-') || name.starts_with("--") || name.size() <= 2;
  });
  return names;
}

std::string Option::name() const {
  const std::vector<std::string> names = long_names();
  return names.empty() ? names_ : names.front();
}

// CLI11 reports by exception and in English; here each kind becomes one of our lines.
Status read_options(const Options& options, std::vector<std::string> words, const std::string& help_command) {
  CLI::App app;
  app.set_help_flag();                                                           // none: the caller declares its own
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);  // given twice, the last one counts
  std::vector<Declared> declared;
  for (const Option& option : options.all()) declared.push_back({&option, declare(app, option)});
  for (const Option& option : options.all()) {
    const auto wide = option.wide_short_names();
    if (wide.empty()) continue;
    for (std::string& word : words) word = for_parser(word, wide);
  }
  const std::string see_help = format_message(msg::kSeeHelp, help_command);
  try {
    std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
    app.parse(words);
    return ok();
  } catch (const CLI::ExtrasError&) {
    const std::vector<std::string> extras = app.remaining();
    const std::string extra = extras.empty() ? "" : extras.front();
    if (!extra.starts_with("-")) return usage_error(msg::kUnexpectedArgument, extra, see_help);
    return usage_error(msg::kUnknownOption, extra, hint_for(extra, all_long_names(options), help_command));
  } catch (const CLI::RequiredError&) {
    for (const Declared& d : declared) {
      if (d.option->is_required() && d.parsed->count() == 0) {
        return usage_error(msg::kMissingArgument, d.option->name(), see_help);
      }
    }
    return usage_error(msg::kBadArguments, "", see_help);
  } catch (const CLI::ConversionError& error) {
    const std::string_view what = error.what();  // "Could not convert: --temp = warm"
    return usage_error(msg::kBadValue, what.substr(std::min(what.find("--"), what.size())), see_help);
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string_view what = error.what();  // "--temp: 1 required FLOAT missing"
    return usage_error(msg::kMissingValue, what.substr(0, what.find(':')), see_help);
  } catch (const CLI::ParseError& error) { return usage_error(msg::kBadArguments, error.what(), see_help); }
}

}  // namespace ondol
