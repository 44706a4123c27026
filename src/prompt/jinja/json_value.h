// JSON text -> Value, for the context of a template.
#pragma once

#include <string_view>

#include "base/result.h"
#include "prompt/jinja/value.h"

namespace ondol::jinja {

// Texts get `origin`; keys too, as they may come from the same stranger.  `what` names the source in errors.
// Fails with kBadInput: not JSON, more than 64 levels deep, an integer beyond 64 bits.
Result<Value> read_json_value(std::string_view json, Origin origin, std::string_view what);

}  // namespace ondol::jinja
