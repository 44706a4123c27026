// A chat template: Jinja source, read once and rendered as often as there are turns.
//
// The dialect is the one transformers gives its templates: Jinja 3.1 in the immutable sandbox, with trim_blocks,
// lstrip_blocks, loop controls, tojson that leaves Korean as it is, raise_exception, strftime_now and the generation
// tag. A template can neither read files nor change what it is given, and runs on a budget (runtime.h).
#pragma once

#include <ctime>
#include <string_view>

#include "base/result.h"
#include "prompt/jinja/ast.h"
#include "prompt/jinja/runtime.h"

namespace ondol::jinja {

// Immutable; may be rendered by several threads.
class Template {
 public:
  // Fails with kBadInput, naming the line.
  static Result<Template> parse(std::string_view source);

  // `now` is what strftime_now() shows.  Fails with kBadInput, naming the line: what the template refuses, an error in
  // it, a limit.
  Result<Text> render(const Dict& context, const std::tm& now, const Limits& limits = {}) const;

  const Ast& ast() const { return ast_; }

 private:
  explicit Template(Ast ast) : ast_(std::move(ast)) {}
  Ast ast_;
};

}  // namespace ondol::jinja
