// The grammar of JSON texts that a model may write under a schema.
//
// It holds a part of what the schema allows: keys come in the schema's order, numbers of ordinary length, one escape
// per character, and keys that a schema with `properties` does not mention only where it speaks of them.  Everything it
// holds obeys the schema (schema_validator.h), provided that keys do not repeat and depth is bounded (JsonGuard).
// Keywords whose combination no such grammar can be made for are refused by name.
#pragma once

#include <memory>

#include "base/result.h"
#include "grammar/grammar.h"
#include "grammar/schema.h"

namespace ondol {

struct SchemaGrammar {
  std::shared_ptr<const Grammar> grammar;
  bool needs_guard = false;  // keys may be free or values nest without end: see JsonGuard
};

// Fails with kBadInput.
Result<SchemaGrammar> schema_grammar(const Schema& schema);

// As a part of a larger grammar: the values of `schema`, in rules of `expressions`.
struct SchemaRule {
  ExpressionId value;
  bool needs_guard = false;
};
Result<SchemaRule> add_schema(Expressions& expressions, const Schema& schema);

}  // namespace ondol
