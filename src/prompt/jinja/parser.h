// Tokens -> syntax tree.  Grammar: Jinja 3.1, with the tags break, continue and generation that chat templates are
// given. Templates are one file: include, import, extends, block and autoescape are refused by name.
#pragma once

#include <string_view>

#include "base/result.h"
#include "prompt/jinja/ast.h"

namespace ondol::jinja {

// `source` is UTF-8.  Fails with kBadInput, naming the line: not Jinja, nested too deeply, a tag that is refused.
Result<Ast> parse_template(std::string_view source);

}  // namespace ondol::jinja
