// Shapes: what a set of schemas that must all hold asks of a value, as alternatives of plain facts.
//
// A goal is a set of subschemas, some of them negated.  References, allOf, anyOf, oneOf, not, if and the dependent
// keywords are worked off until only facts about types, numbers, texts, arrays and objects remain; each way to satisfy
// the goal is one Shape.  A shape may ask more than its alternative needs (oneOf's other branches are negated), never
// less, so a value of some shape obeys the goal.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "grammar/number_automaton.h"
#include "grammar/schema.h"

namespace ondol {

// A subschema, or with `negated` its opposite.
struct Condition {
  SchemaIndex schema;
  bool negated = false;
  auto operator<=>(const Condition&) const = default;
};
using Goal = std::vector<Condition>;  // sorted, no two equal

struct Shape {
  uint8_t types = JsonTypes::kAll;
  bool is_listed = false;  // by an enum or const: only values that are listed somewhere fit
  std::vector<JsonValue> forbidden;
  NumberFacts numbers;

  int64_t min_length = 0, max_length = SchemaNode::kNoLimit;
  std::vector<std::string> patterns, unwanted_patterns, formats;

  // What one schema says about items and members; what it leaves open stays open.
  struct Items {
    std::vector<SchemaIndex> prefix;
    SchemaIndex rest;
  };
  std::vector<Items> items;
  struct Contains {
    SchemaIndex schema;
    int64_t min, max;
  };
  std::vector<Contains> contains;
  int64_t min_items = 0, max_items = SchemaNode::kNoLimit;
  bool unique_items = false;
  SchemaIndex unevaluated_items = kNoSchema;

  struct Members {
    std::vector<std::pair<std::string, Condition>> properties;
    std::vector<std::pair<std::string, SchemaIndex>> patterns;
    SchemaIndex rest;
  };
  std::vector<Members> members;
  std::vector<std::string> required, absent;
  std::vector<SchemaIndex> property_names;
  int64_t min_properties = 0, max_properties = SchemaNode::kNoLimit;
  SchemaIndex unevaluated_properties = kNoSchema;
};

// The alternatives of `goal`, and every value its enums list.  Fails with kBadInput: a combination that cannot be
// obeyed while generating, named by its keyword, or too many alternatives.
struct Shapes {
  std::vector<Shape> alternatives;
  std::vector<JsonValue> listed;  // candidates; those that obey the goal are for the caller to find
};
Result<Shapes> find_shapes(const Schema& schema, const Goal& goal);

}  // namespace ondol
