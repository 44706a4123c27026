// What `run` and `grammar` both read: the grammar an answer or a text is held to.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/constraint.h"
#include "grammar/grammar.h"
#include "model/model.h"

namespace ondol {

// At most one is given.
struct GrammarArguments {
  std::optional<std::string> schema, gbnf, regex, choice, script;

  int n_given() const {
    return schema.has_value() + gbnf.has_value() + regex.has_value() + choice.has_value() + script.has_value();
  }
};

// JSON Schema, or GBNF, as it stands in the argument or in the file the argument names.
Result<std::string> read_schema_argument(const std::string& argument);
Result<std::string> read_gbnf_argument(const std::string& argument);

// A schema argument that is to be stored in a model.  Fails also when answers cannot be held to it.
Result<std::string> read_stored_schema(const std::string& argument);

// The grammar of --gbnf, --regex, --choice or --script; null when none of them is given.
Result<std::shared_ptr<const Grammar>> read_grammar(const GrammarArguments& args);

// What answers of `model` are held to: one of the arguments, or else `stored`; nothing when neither is there.
Result<std::optional<AnswerFormat>> read_answer_format(const GrammarArguments& args,
                                                       const std::optional<std::string>& stored, const Model& model);

}  // namespace ondol
