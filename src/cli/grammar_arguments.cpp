#include "cli/grammar_arguments.h"

#include "cli/arguments.h"
#include "engine/answer_format.h"
#include "grammar/gbnf.h"
#include "grammar/regex.h"
#include "grammar/schema_grammar.h"
#include "grammar/unicode_set.h"

namespace ondol {

Result<std::string> read_schema_argument(const std::string& argument) {
  const size_t first = argument.find_first_not_of(" \t\r\n");
  const bool is_schema = first != std::string::npos && (argument[first] == '{' || argument.substr(first) == "true" ||
                                                        argument.substr(first) == "false");
  if (is_schema) return argument;
  return read_text_file(argument);
}

Result<std::string> read_stored_schema(const std::string& argument) {
  TRY(std::string source, read_schema_argument(argument));
  TRY(const auto schema, Schema::parse(source));
  TRY(schema_grammar(*schema));
  return source;
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

Result<std::optional<AnswerFormat>> read_answer_format(const GrammarArguments& args,
                                                       const std::optional<std::string>& stored, const Model& model) {
  if (args.schema || (args.n_given() == 0 && stored)) {
    std::string source;
    if (args.schema) {
      TRY(source, read_schema_argument(*args.schema));
    } else {
      source = *stored;
    }
    TRY(AnswerFormat format, schema_format(source, *model.tokenizer));
    return format;
  }
  TRY(const auto grammar, read_grammar(args));
  if (!grammar) return std::nullopt;
  AnswerFormat format;
  format.grammar = grammar;
  format.vocabulary = std::make_shared<const MaskVocabulary>(*model.tokenizer);
  return format;
}

}  // namespace ondol
