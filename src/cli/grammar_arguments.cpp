#include "cli/grammar_arguments.h"

#include "cli/arguments.h"
#include "grammar/gbnf.h"
#include "grammar/regex.h"
#include "grammar/unicode_set.h"

namespace ondol {

Result<std::string> read_schema_argument(const std::string& argument) {
  const size_t first = argument.find_first_not_of(" \t\r\n");
  const bool is_schema = first != std::string::npos && (argument[first] == '{' || argument.substr(first) == "true" ||
                                                        argument.substr(first) == "false");
  if (is_schema) return argument;
  return read_text_file(argument);
}

Result<std::string> read_gbnf_argument(const std::string& argument) {
  if (argument.find("::=") != std::string::npos) return argument;
  return read_text_file(argument);
}

Result<std::shared_ptr<const Grammar>> read_grammar(const GrammarArguments& args) {
  if (args.regex) return regex_grammar(*args.regex);
  if (args.choice) return choice_grammar(*args.choice);
  if (args.script) return script_grammar(*args.script);
  if (!args.gbnf) return nullptr;
  TRY(const std::string text, read_gbnf_argument(*args.gbnf));
  return gbnf_grammar(text);
}

}  // namespace ondol
