#include "cli/command.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <vector>

#include "cli/cli_messages.h"
#include "cli/command_list.h"
#include "cli/help.h"
#include "kernel/dispatch.h"

namespace ondol {
namespace {

constexpr const char* kVersion = ONDOL_VERSION;

// The command line without the program's name and without --lang, which may stand anywhere before "--".
struct CommandLine {
  std::vector<std::string> words;
  std::string lang;
  bool lang_given = false;
};

CommandLine read_words(int argc, const char* const* argv) {
  CommandLine line;
  bool literal = false;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    literal = literal || word == "--";
    if (!literal && word.starts_with("--lang=")) {
      line.lang = word.substr(std::strlen("--lang="));
      line.lang_given = true;
    } else if (!literal && word == "--lang" && i + 1 < argc) {
      line.lang = argv[++i];
      line.lang_given = true;
    } else {
      // llama.cpp's name; CLI11 takes two letters behind one dash for two options.
      line.words.push_back(!literal && word == "-md" ? "--model-draft" : word);
    }
  }
  return line;
}

std::string help_command(const Command& command) { return "ondol " + std::string(command.name) + " --help"; }

// Of a help page: the screen's, but lines longer than a hundred tire the eye.
int page_columns(const Console& console) { return console.columns() > 0 ? std::min(console.columns(), 100) : 80; }

Status run_command(const Command& command, std::vector<std::string> words, Console& console) {
  Options options;
  bool help = false;
  bool quiet = false;
  const Action action = command.define(options);
  options.add("-q,--quiet", quiet, help_text(msg::kQuietOption));
  options.add("-h,--help", help, help_text(msg::kHelpOption));
  const bool asks_for_help = std::any_of(words.begin(), std::find(words.begin(), words.end(), "--"),
                                         [](const std::string& word) { return word == "-h" || word == "--help"; });
  if (asks_for_help) {
    console.write(command_help(command, options, page_columns(console)));
    return ok();
  }
  TRY(read_options(options, std::move(words), help_command(command)));
  console.set_quiet(quiet);
  return action(console);
}

Status dispatch(const CommandLine& line, Console& console) {
  if (line.words.empty() || line.words[0] == "--help" || line.words[0] == "-h") {
    console.write(overview(command::kAll, page_columns(console)));
    return ok();
  }
  if (line.words[0] == "--version") {
    console.line(fmt::format("ondol {}", kVersion));
    return ok();
  }
  std::vector<std::string> names;
  for (const Command* command : command::kAll) {
    if (command->name == line.words[0]) {
      return run_command(*command, {line.words.begin() + 1, line.words.end()}, console);
    }
    names.emplace_back(command->name);
  }
  const Message& message = line.words[0].starts_with("-") ? msg::kUnknownOption : msg::kUnknownCommand;
  return fail(ErrorKind::kUsage, message, line.words[0], hint_for(line.words[0], names, "ondol --help"));
}

// What the standard library throws becomes an Error like any other.
Status dispatch_safely(const CommandLine& line, Console& console) {
  try {
    if (line.lang_given && line.lang != "en" && line.lang != "ko") {
      return fail(ErrorKind::kUsage, msg::kUnknownLanguage, line.lang, format_message(msg::kSeeHelp, "ondol --help"));
    }
    TRY(check_isa_override());
    return dispatch(line, console);
  } catch (const std::bad_alloc&) {
    return fail(ErrorKind::kOutOfMemory, msg::kOutOfMemory);
  } catch (const std::exception& error) { return fail(ErrorKind::kIo, msg::kUnexpected, error.what()); }
}

}  // namespace

int run_command_line(int argc, const char* const* argv) {
  const CommandLine line = read_words(argc, argv);
  set_language(language_from_environment(line.lang));
  Console console;
  Status status = dispatch_safely(line, console);
  console.flush();
  if (status) status = console.status();
  if (status) return 0;
  const std::string& message = status.error().message;  // empty where the command has said everything itself
  if (!message.empty() && !console.reader_gone()) console.error_line(message);
  return status.error().exit_code();
}

}  // namespace ondol
