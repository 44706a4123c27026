#include "grammar/schema.h"
#include "grammar/compile_limit.h"

#include <algorithm>
#include <unordered_map>

#include "base/utf8.h"
#include "grammar/compile_limit.h"
#include "grammar/grammar_messages.h"
#include "grammar/regex.h"
#include "grammar/uri.h"

namespace ondol {
namespace {

using Kind = JsonValue::Kind;

// Keywords that say something about a schema or its data, and nothing about which data is valid.
constexpr std::string_view kAnnotations[] = {
    "title",     "description", "default",         "examples",         "example",       "deprecated", "readOnly",
    "writeOnly", "$comment",    "contentEncoding", "contentMediaType", "contentSchema", "$vocabulary"};

uint8_t type_named(std::string_view name) {
  constexpr std::pair<std::string_view, uint8_t> kNames[] = {
      {"null", JsonTypes::kNull},     {"boolean", JsonTypes::kBoolean}, {"integer", JsonTypes::kInteger},
      {"number", JsonTypes::kNumber}, {"string", JsonTypes::kString},   {"array", JsonTypes::kArray},
      {"object", JsonTypes::kObject}};
  for (const auto& [known, type] : kNames) {
    if (name == known) return type;
  }
  return 0;
}

// "a/b~c" as one step of a JSON pointer (RFC 6901).
std::string pointer_step(std::string_view key) {
  std::string step = "/";
  for (const char c : key) {
    if (c == '~') step += "~0";
    else if (c == '/') step += "~1";
    else step += c;
  }
  return step;
}

}  // namespace

uint8_t json_type_of(const JsonValue& value) {
  switch (value.kind) {
    case Kind::kNull:
      return JsonTypes::kNull;
    case Kind::kBoolean:
      return JsonTypes::kBoolean;
    case Kind::kNumber:
      return value.number.is_integer() ? JsonTypes::kInteger : JsonTypes::kFraction;
    case Kind::kString:
      return JsonTypes::kString;
    case Kind::kArray:
      return JsonTypes::kArray;
    case Kind::kObject:
      return JsonTypes::kObject;
  }
  return 0;
}

// Reads subschemas from a list of those still to be read, so depth costs no recursion; references are linked when all
// are known.
class SchemaReader {
 public:
  explicit SchemaReader(Schema& schema) : schema_(schema) {}

  Status read() {
    TRY(read_dialect());
    add(schema_.json_, "#", -1);
    while (next_ < std::ssize(places_)) {
      if (next_ > Schema::kMaxNodes) return fail(ErrorKind::kBadInput, msg::kSchemaTooLarge, Schema::kMaxNodes);
      if (CompileLimit::reached()) return CompileLimit::failure();
      TRY(read_node(static_cast<SchemaIndex>(next_++)));
    }
    for (const Link& link : links_) {
      if (CompileLimit::reached()) return CompileLimit::failure();
      TRY(resolve(link));
    }
    return ok();
  }

 private:
  enum class Dialect { k2020, kDraft2019, kDraft7 };  // kDraft7 and older
  struct Place {
    const JsonValue* json;
    int32_t parent_resource;
  };
  struct Link {
    SchemaIndex node;
    std::string reference;
    bool is_dynamic;
  };

  SchemaNode& node(SchemaIndex index) { return schema_.nodes_[static_cast<size_t>(index)]; }

  Status read_dialect() {
    const JsonValue* dialect = schema_.json_.find("$schema");
    if (dialect == nullptr) return ok();
    std::string_view uri = dialect->text;
    if (uri.ends_with('#')) uri.remove_suffix(1);
    if (uri.starts_with("https://")) uri.remove_prefix(8);
    else if (uri.starts_with("http://")) uri.remove_prefix(7);
    if (uri == "json-schema.org/draft/2020-12/schema") return ok();
    dialect_ = Dialect::kDraft2019;
    if (uri == "json-schema.org/draft/2019-09/schema") return ok();
    dialect_ = Dialect::kDraft7;
    for (const char* known :
         {"json-schema.org/draft-07/schema", "json-schema.org/draft-06/schema", "json-schema.org/draft-04/schema"}) {
      if (uri == known) return ok();
    }
    return fail(ErrorKind::kBadInput, msg::kSchemaDialect, "#", to_json(*dialect));
  }

  // The number of the subschema `json`, which is read later.
  SchemaIndex add(const JsonValue& json, std::string location, int32_t parent_resource) {
    const auto [known, is_new] = index_of_.try_emplace(&json, static_cast<SchemaIndex>(places_.size()));
    if (is_new) {
      places_.push_back({&json, parent_resource});
      schema_.nodes_.emplace_back().location = std::move(location);
    }
    return known->second;
  }

  tl::unexpected<Error> bad(SchemaIndex index, std::string_view keyword, const Message& expected) {
    return fail(ErrorKind::kBadInput, msg::kSchemaBadValue, node(index).location, keyword, expected.text());
  }

  Status read_node(SchemaIndex index) {
    const Place place = places_[static_cast<size_t>(index)];
    const JsonValue& json = *place.json;
    node(index).resource = place.parent_resource;
    if (json.is(Kind::kBoolean)) {
      if (index == 0) schema_.resources_.push_back({"", 0, &json, {}, {}});
      node(index).resource = std::max(place.parent_resource, 0);
      node(index).constant = json.boolean;
      return ok();
    }
    if (!json.is(Kind::kObject)) return fail(ErrorKind::kBadInput, msg::kSchemaNotASchema, node(index).location);
    // Before 2019-09 a reference stands for the whole schema it stands in.
    const bool only_ref = dialect_ == Dialect::kDraft7 && json.find("$ref") != nullptr;
    TRY(read_names(index, json, only_ref));
    for (const auto& [key, value] : json.members) {
      if (only_ref && key != "$ref" && key != "definitions") continue;
      TRY(read_keyword(index, json, key, value));
    }
    return ok();
  }

  // $id, $anchor and $dynamicAnchor: they count for the references of their neighbours.
  Status read_names(SchemaIndex index, const JsonValue& json, bool only_ref) {
    const JsonValue* id = only_ref ? nullptr : json.find("$id");
    if (id == nullptr && dialect_ == Dialect::kDraft7 && !only_ref) id = json.find("id");
    if (id != nullptr && !id->is(Kind::kString)) return bad(index, "$id", msg::kSchemaAText);
    const std::string_view own = id != nullptr ? std::string_view(id->text) : std::string_view();
    const auto [uri, fragment] = split_fragment(own);
    if (index == 0 || !uri.empty()) {
      const std::string base = index == 0 ? "" : schema_.resources_[static_cast<size_t>(node(index).resource)].uri;
      const std::string absolute = resolve_uri(base, uri);
      for (const auto& known : schema_.resources_) {
        if (known.uri == absolute) return fail(ErrorKind::kBadInput, msg::kSchemaTwice, node(index).location, absolute);
      }
      node(index).resource = static_cast<int32_t>(schema_.resources_.size());
      schema_.resources_.push_back({absolute, index, &json, {}, {}});
    }
    auto& resource = schema_.resources_[static_cast<size_t>(node(index).resource)];
    if (!fragment.empty()) resource.anchors.emplace(fragment, index);  // older drafts' anchors
    for (const char* keyword : {"$anchor", "$dynamicAnchor"}) {
      const JsonValue* anchor = json.find(keyword);
      if (anchor == nullptr || only_ref) continue;
      if (!anchor->is(Kind::kString)) return bad(index, keyword, msg::kSchemaAText);
      if (keyword == std::string_view("$dynamicAnchor")) resource.dynamic_anchors.emplace(anchor->text, index);
      if (!resource.anchors.emplace(anchor->text, index).second && resource.anchors[anchor->text] != index) {
        return fail(ErrorKind::kBadInput, msg::kSchemaTwice, node(index).location, anchor->text);
      }
    }
    return ok();
  }

  // One subschema below `index`.
  SchemaIndex child(SchemaIndex index, std::string_view keyword, const JsonValue& json) {
    return add(json, node(index).location + pointer_step(keyword), node(index).resource);
  }
  SchemaIndex child(SchemaIndex index, std::string_view keyword, std::string_view key, const JsonValue& json) {
    return add(json, node(index).location + pointer_step(keyword) + pointer_step(key), node(index).resource);
  }
  Status read_list(SchemaIndex index, std::string_view keyword, const JsonValue& value, std::vector<SchemaIndex>& out) {
    if (!value.is(Kind::kArray) || value.items.empty()) return bad(index, keyword, msg::kSchemaSchemas);
    for (size_t i = 0; i < value.items.size(); ++i) {
      out.push_back(child(index, keyword, std::to_string(i), value.items[i]));
    }
    return ok();
  }
  Status read_texts(SchemaIndex index, std::string_view keyword, const JsonValue& value,
                    std::vector<std::string>& out) {
    if (!value.is(Kind::kArray)) return bad(index, keyword, msg::kSchemaTexts);
    for (const JsonValue& item : value.items) {
      if (!item.is(Kind::kString)) return bad(index, keyword, msg::kSchemaTexts);
      out.push_back(item.text);
    }
    return ok();
  }
  Status read_count(SchemaIndex index, std::string_view keyword, const JsonValue& value, int64_t& out) {
    const bool good = value.is(Kind::kNumber) && value.number.is_integer() && !value.number.negative;
    if (!good) return bad(index, keyword, msg::kSchemaACount);
    out = to_int64(value.number).value_or(SchemaNode::kNoLimit);
    return ok();
  }
  Status read_number(SchemaIndex index, std::string_view keyword, const JsonValue& value, std::optional<Decimal>& out) {
    if (!value.is(Kind::kNumber)) return bad(index, keyword, msg::kSchemaANumber);
    out = value.number;
    return ok();
  }
  Result<SchemaPattern> read_pattern(SchemaIndex index, std::string_view keyword, const std::string& text) {
    SchemaPattern pattern{text, nullptr};
    const auto search = search_grammar(text);
    if (!search) {
      return fail(ErrorKind::kBadInput, msg::kSchemaPattern, node(index).location, keyword, search.error().message);
    }
    pattern.search = *search;
    return pattern;
  }

  Status read_types(SchemaIndex index, const JsonValue& value) {
    uint8_t types = 0;
    const auto add_type = [&](const JsonValue& name) {
      const uint8_t type = name.is(Kind::kString) ? type_named(name.text) : uint8_t{0};
      types |= type;
      return type != 0;
    };
    bool good = value.is(Kind::kArray) || value.is(Kind::kString);
    if (value.is(Kind::kString)) good = add_type(value);
    for (const JsonValue& item : value.items) good &= add_type(item);
    if (!good) return bad(index, "type", msg::kSchemaAType);
    node(index).types = types;
    return ok();
  }

  Status read_bound(SchemaIndex index, const JsonValue& json, const std::string& key, const JsonValue& value) {
    const bool is_low = key == "minimum" || key == "exclusiveMinimum";
    SchemaNode& n = node(index);
    if (key.starts_with("exclusive")) {
      // Draft 4 wrote true beside the bound.
      if (value.is(Kind::kBoolean)) return ok();
      return read_number(index, key, value, is_low ? n.exclusive_minimum : n.exclusive_maximum);
    }
    const JsonValue* exclusive = json.find(is_low ? "exclusiveMinimum" : "exclusiveMaximum");
    const bool excludes = exclusive != nullptr && exclusive->is(Kind::kBoolean) && exclusive->boolean;
    if (excludes) return read_number(index, key, value, is_low ? n.exclusive_minimum : n.exclusive_maximum);
    return read_number(index, key, value, is_low ? n.minimum : n.maximum);
  }

  Status read_keyword(SchemaIndex index, const JsonValue& json, const std::string& key, const JsonValue& value) {
    if (key == "$ref" || key == "$dynamicRef") {
      if (!value.is(Kind::kString)) return bad(index, key, msg::kSchemaAText);
      links_.push_back({index, value.text, key == "$dynamicRef"});
      return ok();
    }
    if (key == "type") return read_types(index, value);
    if (key == "const") {
      node(index).allowed.push_back({value});
      return ok();
    }
    if (key == "enum") {
      if (!value.is(Kind::kArray)) return bad(index, key, msg::kSchemaAList);
      node(index).allowed.push_back(value.items);
      return ok();
    }
    if (key.ends_with("inimum") || key.ends_with("aximum")) {
      for (const char* bound : {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}) {
        if (key == bound) return read_bound(index, json, key, value);
      }
    }
    if (key == "multipleOf") {
      const bool good = value.is(Kind::kNumber) && !value.number.negative && is_multiple({}, value.number).has_value();
      if (!good) return bad(index, key, msg::kSchemaADivisor);
      return read_number(index, key, value, node(index).multiple_of);
    }
    if (key == "pattern" || key == "format") {
      if (!value.is(Kind::kString)) return bad(index, key, msg::kSchemaAText);
      if (key == "format") {
        node(index).format = value.text;
        return ok();
      }
      TRY(node(index).pattern, read_pattern(index, key, value.text));
      return ok();
    }
    if (key == "uniqueItems") {
      if (!value.is(Kind::kBoolean)) return bad(index, key, msg::kSchemaABoolean);
      node(index).unique_items = value.boolean;
      return ok();
    }
    if (const auto count = count_field(index, key)) return read_count(index, key, value, *count);
    if (key == "required") {
      if (value.is(Kind::kBoolean) && dialect_ == Dialect::kDraft7) return bad(index, key, msg::kSchemaTexts);
      return read_texts(index, key, value, node(index).required);
    }
    return read_applicator(index, json, key, value);
  }

  int64_t* count_field(SchemaIndex index, std::string_view key) {
    SchemaNode& n = node(index);
    if (key == "minLength") return &n.min_length;
    if (key == "maxLength") return &n.max_length;
    if (key == "minItems") return &n.min_items;
    if (key == "maxItems") return &n.max_items;
    if (key == "minContains") return &n.min_contains;
    if (key == "maxContains") return &n.max_contains;
    if (key == "minProperties") return &n.min_properties;
    if (key == "maxProperties") return &n.max_properties;
    return nullptr;
  }

  Status read_applicator(SchemaIndex index, const JsonValue& json, const std::string& key, const JsonValue& value) {
    if (key == "allOf" || key == "anyOf" || key == "oneOf" || key == "prefixItems") {
      std::vector<SchemaIndex> list;
      TRY(read_list(index, key, value, list));
      SchemaNode& n = node(index);
      n.has_any_of |= key == "anyOf";
      n.has_one_of |= key == "oneOf";
      (key == "allOf" ? n.all_of : key == "anyOf" ? n.any_of : key == "oneOf" ? n.one_of : n.prefix_items) = list;
      return ok();
    }
    if (key == "items" || key == "additionalItems") return read_items(index, json, key, value);
    if (const auto field = schema_field(key)) {
      const SchemaIndex below = child(index, key, value);
      node(index).*field = below;
      schema_.asks_for_evaluated_ |= key.starts_with("unevaluated");
      return ok();
    }
    const bool is_map = key == "properties" || key == "patternProperties" || key == "dependentSchemas" ||
                        key == "dependentRequired" || key == "dependencies" || key == "$defs" || key == "definitions";
    if (is_map) {
      if (!value.is(Kind::kObject)) return bad(index, key, msg::kSchemaAnObject);
      for (const auto& [name, below] : value.members) TRY(read_entry(index, key, name, below));
      return ok();
    }
    const bool is_name = key == "$schema" || key == "$id" || key == "$anchor" || key == "$dynamicAnchor" ||
                         (key == "id" && dialect_ == Dialect::kDraft7);
    const bool is_ignored = is_name || key.starts_with("x-") ||
                            std::find(std::begin(kAnnotations), std::end(kAnnotations), key) != std::end(kAnnotations);
    if (key == "$schema" && index != 0) return read_inner_dialect(index, value);
    if (is_ignored) return ok();
    return fail(ErrorKind::kBadInput, msg::kSchemaKeyword, node(index).location, printable(key));
  }

  Status read_inner_dialect(SchemaIndex index, const JsonValue& value) {
    const JsonValue* outer = schema_.json_.find("$schema");
    if (outer != nullptr && canonical_json(*outer) == canonical_json(value)) return ok();
    return fail(ErrorKind::kBadInput, msg::kSchemaDialect, node(index).location, to_json(value));
  }

  // "items" as a list, and "additionalItems", are what 2020-12 calls "prefixItems" and "items".
  Status read_items(SchemaIndex index, const JsonValue& json, const std::string& key, const JsonValue& value) {
    const JsonValue* items = json.find("items");
    const bool is_list = items != nullptr && items->is(Kind::kArray);
    if (key == "additionalItems") {
      if (is_list) node(index).items = child(index, key, value);
      return ok();
    }
    if (!is_list) {
      node(index).items = child(index, key, value);
      return ok();
    }
    if (value.items.empty()) return ok();
    std::vector<SchemaIndex> list;
    TRY(read_list(index, key, value, list));
    node(index).prefix_items = std::move(list);
    return ok();
  }

  static SchemaIndex SchemaNode::*schema_field(std::string_view key) {
    constexpr std::pair<std::string_view, SchemaIndex SchemaNode::*> kFields[] = {
        {"contains", &SchemaNode::contains},
        {"unevaluatedItems", &SchemaNode::unevaluated_items},
        {"additionalProperties", &SchemaNode::additional_properties},
        {"propertyNames", &SchemaNode::property_names},
        {"unevaluatedProperties", &SchemaNode::unevaluated_properties},
        {"not", &SchemaNode::not_},
        {"if", &SchemaNode::if_},
        {"then", &SchemaNode::then_},
        {"else", &SchemaNode::else_}};
    for (const auto& [name, field] : kFields) {
      if (key == name) return field;
    }
    return nullptr;
  }

  // One member of a keyword that maps names to schemas.
  Status read_entry(SchemaIndex index, const std::string& key, const std::string& name, const JsonValue& value) {
    if (key == "dependentRequired" || (key == "dependencies" && value.is(Kind::kArray))) {
      std::vector<std::string> names;
      TRY(read_texts(index, key, value, names));
      node(index).dependent_required.emplace_back(name, std::move(names));
      return ok();
    }
    const SchemaIndex below = child(index, key, name, value);
    if (key == "properties") node(index).properties.emplace_back(name, below);
    if (key == "dependentSchemas" || key == "dependencies") node(index).dependent_schemas.emplace_back(name, below);
    if (key == "patternProperties") {
      TRY(SchemaPattern pattern, read_pattern(index, key, name));
      node(index).pattern_properties.emplace_back(std::move(pattern), below);
    }
    return ok();
  }

  // The subschema a reference leads to.  One that nothing has named as a schema so far is read now.
  Status resolve(const Link& link) {
    const std::string keyword = link.is_dynamic ? "$dynamicRef" : "$ref";
    const auto outside = [&] {
      return fail(ErrorKind::kBadInput, msg::kSchemaRemoteRef, node(link.node).location, keyword,
                  json_quoted(link.reference));
    };
    const auto [reference, fragment] = split_fragment(link.reference);
    const std::string& base = schema_.resources_[static_cast<size_t>(node(link.node).resource)].uri;
    const std::string uri = resolve_uri(base, reference);
    const Schema::Resource* resource = nullptr;
    for (const auto& known : schema_.resources_) {
      if (known.uri == uri) resource = &known;
    }
    if (resource == nullptr) return outside();

    SchemaIndex target = resource->root;
    if (!fragment.empty() && fragment[0] != '/') {
      const auto anchor = resource->anchors.find(fragment);
      if (anchor == resource->anchors.end()) return outside();
      target = anchor->second;
      if (link.is_dynamic && resource->dynamic_anchors.contains(fragment)) node(link.node).dynamic_anchor = fragment;
    } else if (!fragment.empty()) {
      const JsonValue* json = follow_pointer(*resource->json, fragment);
      const auto known = index_of_.find(json);
      if (json == nullptr || known == index_of_.end()) return outside();
      target = known->second;
    }
    (link.is_dynamic ? node(link.node).dynamic_ref : node(link.node).ref) = target;
    return ok();
  }

  static const JsonValue* follow_pointer(const JsonValue& root, std::string_view pointer) {
    const JsonValue* value = &root;
    while (value != nullptr && !pointer.empty()) {
      pointer.remove_prefix(1);
      const size_t end = std::min(pointer.find('/'), pointer.size());
      std::string step;
      for (size_t i = 0; i < end; ++i) {
        const bool escaped = pointer[i] == '~' && i + 1 < end && (pointer[i + 1] == '0' || pointer[i + 1] == '1');
        step += escaped ? (pointer[++i] == '0' ? '~' : '/') : pointer[i];
      }
      pointer.remove_prefix(end);
      if (value->is(Kind::kArray)) {
        const bool is_index =
            !step.empty() && step.size() < 9 && step.find_first_not_of("0123456789") == std::string::npos;
        const size_t index = is_index ? std::stoul(step) : value->items.size();
        value = index < value->items.size() ? &value->items[index] : nullptr;
      } else {
        value = value->find(step);
      }
    }
    return value;
  }

  Schema& schema_;
  Dialect dialect_ = Dialect::k2020;
  std::vector<Place> places_;
  std::unordered_map<const JsonValue*, SchemaIndex> index_of_;
  std::vector<Link> links_;
  int64_t next_ = 0;
};

Result<std::shared_ptr<const Schema>> Schema::parse(std::string_view text) {
  constexpr size_t kMaxBytes = 1 << 20;
  if (text.size() > kMaxBytes) return fail(ErrorKind::kBadInput, msg::kSourceTooLong, "schema", text.size(), kMaxBytes);
  auto schema = std::make_shared<Schema>();
  auto json = parse_json(text);
  if (!json) return fail(ErrorKind::kBadInput, msg::kSchemaNotJson, json.error().message);
  schema->json_ = std::move(*json);
  TRY(SchemaReader(*schema).read());
  return schema;
}

SchemaIndex Schema::find_dynamic(int32_t resource, const std::string& anchor) const {
  const auto& anchors = resources_[static_cast<size_t>(resource)].dynamic_anchors;
  const auto found = anchors.find(anchor);
  return found == anchors.end() ? kNoSchema : found->second;
}

std::vector<SchemaIndex> Schema::all_dynamic(const std::string& anchor) const {
  std::vector<SchemaIndex> found;
  for (const Resource& resource : resources_) {
    if (const auto entry = resource.dynamic_anchors.find(anchor); entry != resource.dynamic_anchors.end()) {
      found.push_back(entry->second);
    }
  }
  return found;
}

}  // namespace ondol
