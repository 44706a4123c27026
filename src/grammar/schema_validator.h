// Judges whole JSON values by a schema, exactly; the standard the generation grammar is held to.
//
// Formats and contents are annotations, as 2020-12 says.  Keys may come in any order.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "grammar/schema.h"

namespace ondol {

struct Judgement {
  bool valid = false;
  std::string reason;  // why not: the keyword that refused first, and where in the value; "" when valid
};

// Fails with kBadInput when judging would not end (a schema that refers to itself on the same value) or takes too many
// steps.  Text that is not JSON, or nests too deeply, is judged invalid.
Result<Judgement> judge(const Schema& schema, std::string_view text);
Result<Judgement> judge(const Schema& schema, const JsonValue& value);
// By one subschema, as if nothing stood around it.
Result<Judgement> judge(const Schema& schema, SchemaIndex subschema, const JsonValue& value);

}  // namespace ondol
