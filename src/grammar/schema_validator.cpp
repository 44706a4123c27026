#include "grammar/schema_validator.h"

#include <algorithm>
#include <set>

#include "base/utf8.h"
#include "grammar/compile_limit.h"
#include "grammar/grammar_messages.h"
#include "grammar/matcher.h"

namespace ondol {
namespace {

using Kind = JsonValue::Kind;

constexpr int kMaxFrames = 520;  // schemas inside schemas while judging, two a level of JSON; bounds our recursion
constexpr int64_t kMaxSteps = 5'000'000;

// Which members or items of the value some keyword has looked at.
struct Evaluated {
  std::vector<bool> parts;

  explicit Evaluated(const JsonValue& value) : parts(std::max(value.items.size(), value.members.size())) {}
  void add(size_t part) { parts[part] = true; }
  void add(const Evaluated& other) {
    for (size_t i = 0; i < parts.size(); ++i) parts[i] = parts[i] || other.parts[i];
  }
};

int64_t length_in_characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; });
}

class Validator {
 public:
  explicit Validator(const Schema& schema) : schema_(schema) {}

  Result<Judgement> run(SchemaIndex subschema, const JsonValue& value) {
    Evaluated evaluated(value);
    Judgement judgement{check(subschema, value, evaluated), ""};
    if (error_) return tl::make_unexpected(*error_);
    if (!judgement.valid) judgement.reason = reason_;
    return judgement;
  }

 private:
  bool stop(tl::unexpected<Error> error) {
    if (!error_) error_ = std::move(error.value());
    return false;
  }
  bool refuse(const SchemaNode& node, std::string_view keyword) {
    if (reason_.empty() && n_silent_ == 0) {
      reason_ = format_message(msg::kSchemaRefused, node.location, keyword, path_.empty() ? "/" : path_);
    }
    return false;
  }

  // A subschema whose refusal alone refuses nothing.
  bool test(SchemaIndex index, const JsonValue& value, Evaluated& evaluated) {
    ++n_silent_;
    const bool valid = check(index, value, evaluated);
    --n_silent_;
    return valid;
  }
  // A subschema on a part of the value.
  bool check_part(SchemaIndex index, const JsonValue& part, std::string_view name) {
    const size_t before = path_.size();
    path_.append("/").append(printable(name));
    Evaluated own(part);
    const bool valid = check(index, part, own);
    path_.resize(before);
    return valid;
  }

  // True when the value obeys; then `evaluated` has grown.
  bool check(SchemaIndex index, const JsonValue& value, Evaluated& evaluated) {
    const SchemaNode& node = schema_[index];
    if (error_) return false;
    if (CompileLimit::reached()) return stop(CompileLimit::failure());
    if (++n_steps_ > kMaxSteps) return stop(fail(ErrorKind::kBadInput, msg::kSchemaFuel, kMaxSteps));
    if (node.constant) return *node.constant || refuse(node, "false");
    if (n_frames_ >= kMaxFrames) return stop(fail(ErrorKind::kBadInput, msg::kSchemaEndless, node.location));
    ++n_frames_;
    const bool enters = scope_.empty() || scope_.back() != node.resource;
    if (enters) scope_.push_back(node.resource);
    Evaluated own(value);
    const bool valid = check_node(node, value, own);
    if (enters) scope_.pop_back();
    --n_frames_;
    if (valid) evaluated.add(own);
    return valid;
  }

  bool check_node(const SchemaNode& node, const JsonValue& value, Evaluated& own) {
    if ((node.types & json_type_of(value)) == 0) return refuse(node, "type");
    for (const auto& list : node.allowed) {
      const std::string wanted = canonical_json(value);
      const bool found =
          std::any_of(list.begin(), list.end(), [&](const JsonValue& v) { return canonical_json(v) == wanted; });
      if (!found) return refuse(node, "enum");
    }
    if (!check_logic(node, value, own)) return false;
    switch (value.kind) {
      case Kind::kNumber:
        return check_number(node, value.number);
      case Kind::kString:
        return check_text(node, value.text);
      case Kind::kArray:
        return check_array(node, value, own);
      case Kind::kObject:
        return check_object(node, value, own);
      default:
        return true;
    }
  }

  // Where a dynamic reference leads: the outermost resource on the way here that has the anchor.
  SchemaIndex dynamic_target(const SchemaNode& node) const {
    if (node.dynamic_anchor.empty()) return node.dynamic_ref;
    for (const int32_t resource : scope_) {
      const SchemaIndex found = schema_.find_dynamic(resource, node.dynamic_anchor);
      if (found != kNoSchema) return found;
    }
    return node.dynamic_ref;
  }

  bool check_logic(const SchemaNode& node, const JsonValue& value, Evaluated& own) {
    if (node.ref != kNoSchema && !check(node.ref, value, own)) return false;
    if (node.dynamic_ref != kNoSchema && !check(dynamic_target(node), value, own)) return false;
    for (const SchemaIndex part : node.all_of) {
      if (!check(part, value, own)) return false;
    }
    if (node.has_any_of) {
      bool any = false;
      for (const SchemaIndex part : node.any_of) {
        if (any && !schema_.asks_for_evaluated()) break;
        any |= test(part, value, own);
      }
      if (!any) return refuse(node, "anyOf");
    }
    if (node.has_one_of) {
      int n_valid = 0;
      for (const SchemaIndex part : node.one_of) n_valid += test(part, value, own);
      if (n_valid != 1) return refuse(node, "oneOf");
    }
    if (node.not_ != kNoSchema) {
      Evaluated ignored(value);
      if (test(node.not_, value, ignored)) return refuse(node, "not");
    }
    if (node.if_ != kNoSchema) {
      const SchemaIndex next = test(node.if_, value, own) ? node.then_ : node.else_;
      if (next != kNoSchema && !check(next, value, own)) return false;
    }
    return !error_;
  }

  bool check_number(const SchemaNode& node, const Decimal& number) {
    if (node.minimum && number < *node.minimum) return refuse(node, "minimum");
    if (node.maximum && number > *node.maximum) return refuse(node, "maximum");
    if (node.exclusive_minimum && number <= *node.exclusive_minimum) return refuse(node, "exclusiveMinimum");
    if (node.exclusive_maximum && number >= *node.exclusive_maximum) return refuse(node, "exclusiveMaximum");
    if (node.multiple_of && !is_multiple(number, *node.multiple_of).value_or(false)) return refuse(node, "multipleOf");
    return true;
  }

  bool fits(const SchemaPattern& pattern, std::string_view text) {
    const auto found = matches(pattern.search, text);
    if (!found) return stop(tl::make_unexpected(found.error()));
    return *found;
  }

  bool check_text(const SchemaNode& node, const std::string& text) {
    const int64_t length = length_in_characters(text);
    if (length < node.min_length) return refuse(node, "minLength");
    if (length > node.max_length) return refuse(node, "maxLength");
    if (node.pattern && !fits(*node.pattern, text)) return refuse(node, "pattern");
    return true;
  }

  bool check_array(const SchemaNode& node, const JsonValue& value, Evaluated& own) {
    const auto n_items = std::ssize(value.items);
    if (n_items < node.min_items) return refuse(node, "minItems");
    if (n_items > node.max_items) return refuse(node, "maxItems");
    if (node.unique_items) {
      std::set<std::string> seen;
      for (const JsonValue& item : value.items) {
        if (!seen.insert(canonical_json(item)).second) return refuse(node, "uniqueItems");
      }
    }
    for (size_t i = 0; i < value.items.size(); ++i) {
      const SchemaIndex part = i < node.prefix_items.size() ? node.prefix_items[i] : node.items;
      if (part == kNoSchema) continue;
      if (!check_part(part, value.items[i], std::to_string(i))) return false;
      own.add(i);
    }
    if (node.contains != kNoSchema) {
      int64_t n_found = 0;
      for (size_t i = 0; i < value.items.size(); ++i) {
        Evaluated ignored(value.items[i]);
        if (!test(node.contains, value.items[i], ignored)) continue;
        ++n_found;
        own.add(i);
      }
      if (n_found < node.min_contains) return refuse(node, "contains");
      if (n_found > node.max_contains) return refuse(node, "maxContains");
    }
    if (node.unevaluated_items != kNoSchema) {
      for (size_t i = 0; i < value.items.size(); ++i) {
        if (own.parts[i]) continue;
        if (!check_part(node.unevaluated_items, value.items[i], std::to_string(i))) return false;
        own.add(i);
      }
    }
    return true;
  }

  bool check_object(const SchemaNode& node, const JsonValue& value, Evaluated& own) {
    const auto n_members = std::ssize(value.members);
    if (n_members < node.min_properties) return refuse(node, "minProperties");
    if (n_members > node.max_properties) return refuse(node, "maxProperties");
    for (const std::string& name : node.required) {
      if (value.find(name) == nullptr) return refuse(node, "required");
    }
    for (const auto& [name, needed] : node.dependent_required) {
      if (value.find(name) == nullptr) continue;
      for (const std::string& other : needed) {
        if (value.find(other) == nullptr) return refuse(node, "dependentRequired");
      }
    }
    for (const auto& [name, part] : node.dependent_schemas) {
      if (value.find(name) != nullptr && !check(part, value, own)) return false;
    }
    for (size_t i = 0; i < value.members.size(); ++i) {
      if (!check_member(node, value.members[i], own, i)) return false;
    }
    if (node.unevaluated_properties != kNoSchema) {
      for (size_t i = 0; i < value.members.size(); ++i) {
        if (own.parts[i]) continue;
        if (!check_part(node.unevaluated_properties, value.members[i].second, value.members[i].first)) return false;
        own.add(i);
      }
    }
    return true;
  }

  bool check_member(const SchemaNode& node, const JsonValue::Member& member, Evaluated& own, size_t i) {
    const auto& [name, value] = member;
    if (node.property_names != kNoSchema) {
      JsonValue key;
      key.kind = Kind::kString;
      key.text = name;
      if (!check_part(node.property_names, key, name)) return false;
    }
    bool described = false;
    for (const auto& [known, part] : node.properties) {
      if (known != name) continue;
      described = true;
      if (!check_part(part, value, name)) return false;
    }
    for (const auto& [pattern, part] : node.pattern_properties) {
      if (!fits(pattern, name)) continue;
      described = true;
      if (!check_part(part, value, name)) return false;
    }
    if (!described && node.additional_properties != kNoSchema) {
      described = true;
      if (!check_part(node.additional_properties, value, name)) return false;
    }
    if (described) own.add(i);
    return !error_;
  }

  const Schema& schema_;
  std::vector<int32_t> scope_;  // resources entered, outermost first
  std::string path_;            // of the value being judged
  std::string reason_;
  std::optional<Error> error_;
  int n_frames_ = 0, n_silent_ = 0;
  int64_t n_steps_ = 0;
};

}  // namespace

Result<Judgement> judge(const Schema& schema, SchemaIndex subschema, const JsonValue& value) {
  return Validator(schema).run(subschema, value);
}

Result<Judgement> judge(const Schema& schema, const JsonValue& value) { return judge(schema, schema.root(), value); }

Result<Judgement> judge(const Schema& schema, std::string_view text) {
  const auto value = parse_json(text);
  if (!value) return Judgement{false, value.error().message};
  return judge(schema, *value);
}

}  // namespace ondol
