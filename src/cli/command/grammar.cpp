// ondol grammar: does a text obey a JSON Schema, grammar, regex, choice or set of scripts?
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/cli_messages.h"
#include "cli/command.h"
#include "cli/grammar_arguments.h"
#include "cli/grammar_messages.h"
#include "grammar/matcher.h"
#include "grammar/schema_validator.h"

namespace ondol::command {
namespace {

struct Args {
  GrammarArguments grammar;
  std::optional<std::string> text;
  std::string file;
  bool json = false;
};

void declare(Options& options, Args& args) {
  options.add("-j,--schema,--json-schema", args.grammar.schema, help_text(msg::kGrammarSchemaOption))
      .placeholder("SCHEMA|FILE");
  options.add("--gbnf,--grammar", args.grammar.gbnf, help_text(msg::kGrammarGbnfOption)).placeholder("GBNF|FILE");
  options.add("--regex", args.grammar.regex, help_text(msg::kGrammarRegexOption)).placeholder("REGEX");
  options.add("--choice", args.grammar.choice, help_text(msg::kGrammarChoiceOption)).placeholder("A,B");
  options.add("--script", args.grammar.script, help_text(msg::kGrammarScriptOption)).placeholder("LIST");
  options.add("--text", args.text, help_text(msg::kGrammarTextOption)).placeholder("TEXT");
  options.add("-f,--file", args.file, help_text(msg::kGrammarFileOption)).placeholder("FILE");
  options.add("--json", args.json, help_text(msg::kJsonOption));
}

Result<Judgement> judge_text(const Args& args, std::string_view text) {
  if (args.grammar.schema) {
    TRY(const std::string source, read_schema_argument(*args.grammar.schema));
    TRY(const auto schema, Schema::parse(source));
    return judge(*schema, text);
  }
  TRY(const auto grammar, read_grammar(args.grammar));
  TRY(const bool valid, matches(grammar, text));
  return Judgement{valid, valid ? "" : std::string(msg::kGrammarDoesNotFit.text())};
}

Status run_grammar(const Args& args, Console& console) {
  if (args.grammar.n_given() != 1) return fail(ErrorKind::kUsage, msg::kGrammarOneOf);
  if (args.text && !args.file.empty()) return fail(ErrorKind::kUsage, msg::kGrammarTextTwice);
  std::string text = args.text.value_or("");
  if (!args.text) { TRY(text, read_text_file(args.file.empty() ? "-" : args.file)); }
  TRY(const Judgement judgement, judge_text(args, text));

  if (args.json) {
    const nlohmann::ordered_json out = {{"valid", judgement.valid}, {"reason", judgement.reason}};
    console.line(out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    console.line(judgement.valid ? msg::kGrammarYes : msg::kGrammarNo);
  }
  if (judgement.valid) return ok();
  return tl::make_unexpected(Error{ErrorKind::kRefused, args.json ? "" : judgement.reason});
}

}  // namespace

extern constinit const Command grammar{
    .name = "grammar",
    .summary = msg::kGrammarSummary,
    .example =
        "ondol grammar --schema '{\"type\":\"integer\",\"minimum\":1}' --text 42\n"
        "ondol grammar --gbnf rules.gbnf -f answer.txt\n"
        "ondol grammar --regex '[0-9]{3}-[0-9]{4}' --text 010-1234",
    .define = define_with<Args, declare, run_grammar>,
};

}  // namespace ondol::command
