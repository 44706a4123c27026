#include "cli/grammar_arguments.h"

#include "cli/arguments.h"
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

std::optional<std::string> stored_schema(const Model& model) {
  const auto schema = model.metadata.get_string("ondol.output.schema");
  if (!schema) return std::nullopt;
  return std::string(*schema);
}

Result<std::optional<AnswerFormat>> read_answer_format(const GrammarArguments& args,
                                                       const std::optional<std::string>& stored, const Model& model) {
  AnswerFormat format;
  if (args.schema || (args.n_given() == 0 && stored)) {
    std::string source;
    if (args.schema) {
      TRY(source, read_schema_argument(*args.schema));
    } else {
      source = *stored;
    }
    TRY(const auto schema, Schema::parse(source));
    TRY(const SchemaGrammar compiled, schema_grammar(*schema));
    format.grammar = compiled.grammar;
    format.needs_guard = compiled.needs_guard;
  } else {
    TRY(format.grammar, read_grammar(args));
  }
  if (!format.grammar) return std::nullopt;
  format.vocabulary = std::make_shared<const MaskVocabulary>(*model.tokenizer);
  return format;
}

}  // namespace ondol
