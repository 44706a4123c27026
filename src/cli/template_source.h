// Where a command takes its chat template from.
#pragma once

#include <string>

#include "base/result.h"
#include "format/metadata.h"

namespace ondol {

// The Jinja text of `name`, a file or a built-in template; where that is empty, of the model, its template for tools
// when it has one and tools are given.  "" when the model has none.  Fails with kBadInput: no such file or name.
Result<std::string> chat_template_source(const std::string& name, const Metadata& model, bool with_tools);

}  // namespace ondol
