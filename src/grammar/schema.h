// Schema: a JSON Schema read, checked and linked: every keyword in its field, every reference resolved.
//
// Dialects: 2020-12, and what 2019-09 and drafts 4 to 7 write differently (`definitions`, `dependencies`, lists in
// `items`, `additionalItems`, boolean exclusive bounds, `$ref` that hides its neighbours).  A keyword that is neither
// known nor a known annotation is an error, because a mistyped one would allow everything.
// Source: JSON Schema 2020-12, Core and Validation.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "grammar/grammar.h"
#include "grammar/json_value.h"

namespace ondol {

// A subschema's number within its Schema; kNoSchema where a keyword is absent.
using SchemaIndex = int32_t;
constexpr SchemaIndex kNoSchema = -1;

// Sets of JSON types.
struct JsonTypes {
  static constexpr uint8_t kNull = 1, kBoolean = 2, kInteger = 4, kFraction = 8, kString = 16, kArray = 32,
                           kObject = 64;
  static constexpr uint8_t kNumber = kInteger | kFraction;  // numbers are integers or not
  static constexpr uint8_t kAll = 127;
};
uint8_t json_type_of(const JsonValue& value);

struct SchemaPattern {
  std::string text;
  std::shared_ptr<const Grammar> search;  // texts in which the pattern is found
};

struct SchemaNode {
  std::string location;          // "#/properties/a", for errors
  int32_t resource = 0;          // the innermost schema with an $id around it
  std::optional<bool> constant;  // a boolean schema

  uint8_t types = JsonTypes::kAll;
  std::vector<std::vector<JsonValue>> allowed;  // of enum and const: the value is in each of these lists

  std::optional<Decimal> minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of;

  int64_t min_length = 0, max_length = kNoLimit;
  std::optional<SchemaPattern> pattern;
  std::string format;

  std::vector<SchemaIndex> prefix_items;
  SchemaIndex items = kNoSchema, contains = kNoSchema, unevaluated_items = kNoSchema;
  int64_t min_items = 0, max_items = kNoLimit, min_contains = 1, max_contains = kNoLimit;
  bool unique_items = false;

  std::vector<std::pair<std::string, SchemaIndex>> properties, dependent_schemas;
  std::vector<std::pair<SchemaPattern, SchemaIndex>> pattern_properties;
  SchemaIndex additional_properties = kNoSchema, property_names = kNoSchema, unevaluated_properties = kNoSchema;
  std::vector<std::string> required;
  std::vector<std::pair<std::string, std::vector<std::string>>> dependent_required;
  int64_t min_properties = 0, max_properties = kNoLimit;

  std::vector<SchemaIndex> all_of, any_of, one_of;
  bool has_any_of = false, has_one_of = false;
  SchemaIndex not_ = kNoSchema, if_ = kNoSchema, then_ = kNoSchema, else_ = kNoSchema;

  SchemaIndex ref = kNoSchema;
  SchemaIndex dynamic_ref = kNoSchema;  // where it leads without looking at the dynamic scope
  std::string dynamic_anchor;           // not empty: the anchor to look for in the dynamic scope

  static constexpr int64_t kNoLimit = INT64_MAX;
};

class Schema {
 public:
  // Reads JSON text.  Fails with kBadInput: where, and which keyword is unknown or has a bad value; a reference that
  // leads out of the schema.  At most kMaxNodes subschemas, nested at most JsonValue::kMaxDepth deep.
  static Result<std::shared_ptr<const Schema>> parse(std::string_view text);

  const SchemaNode& operator[](SchemaIndex index) const { return nodes_[static_cast<size_t>(index)]; }
  SchemaIndex size() const { return static_cast<SchemaIndex>(nodes_.size()); }
  SchemaIndex root() const { return 0; }
  // The schema with that dynamic anchor in a resource, or kNoSchema.
  SchemaIndex find_dynamic(int32_t resource, const std::string& anchor) const;
  // All schemas with that dynamic anchor.
  std::vector<SchemaIndex> all_dynamic(const std::string& anchor) const;
  // True when some keyword asks which properties or items others have looked at.
  bool asks_for_evaluated() const { return asks_for_evaluated_; }

  static constexpr int64_t kMaxNodes = 100'000;

 private:
  friend class SchemaReader;
  struct Resource {
    std::string uri;  // absolute, or "" for a root without $id
    SchemaIndex root;
    const JsonValue* json;
    std::map<std::string, SchemaIndex> anchors, dynamic_anchors;
  };

  JsonValue json_;
  std::vector<SchemaNode> nodes_;
  std::vector<Resource> resources_;
  bool asks_for_evaluated_ = false;
};

}  // namespace ondol
