#include "grammar/schema_shape.h"

#include <algorithm>
#include <set>

#include "grammar/compile_limit.h"
#include "grammar/grammar_messages.h"

namespace ondol {
namespace {

constexpr size_t kMaxCases = 512;

// One way to satisfy the goal, as far as it has been worked off.
struct Case {
  Shape shape;
  std::vector<Condition> pending;
  std::set<Condition> done;
  bool possible = true;
};
// A step that narrows a case; a choice of several makes several cases.
using Step = std::function<void(Case&)>;

class ShapeFinder {
 public:
  ShapeFinder(const Schema& schema, const Goal& goal) : schema_(schema), goal_(goal) {}

  Result<Shapes> find() {
    cases_.push_back({{}, {goal_.begin(), goal_.end()}, {}});
    while (!cases_.empty()) {
      if (++n_cases_ > kMaxCases) return fail(ErrorKind::kBadInput, msg::kSchemaTooManyCases, location(), kMaxCases);
      if (CompileLimit::reached()) return CompileLimit::failure();
      Case current = std::move(cases_.back());
      cases_.pop_back();
      while (current.possible && !current.pending.empty()) {
        const Condition condition = current.pending.back();
        current.pending.pop_back();
        if (CompileLimit::reached()) return CompileLimit::failure();
        if (!current.done.insert(condition).second) continue;
        if (condition.negated) TRY(negate(condition.schema, current));
        else TRY(add(condition.schema, current));
      }
      if (current.possible && current.shape.types != 0) found_.alternatives.push_back(std::move(current.shape));
    }
    return std::move(found_);
  }

 private:
  std::string location() const { return goal_.empty() ? "#" : schema_[goal_[0].schema].location; }
  tl::unexpected<Error> cannot(const SchemaNode& node, std::string_view keyword) const {
    return fail(ErrorKind::kBadInput, msg::kSchemaCannotHold, node.location, keyword);
  }

  // `current` goes on with the last of the steps; the others become cases of their own.
  void choose(Case& current, const std::vector<Step>& steps) {
    if (steps.empty()) current.possible = false;
    for (size_t i = 0; i + 1 < steps.size(); ++i) {
      Case other = current;
      steps[i](other);
      if (other.possible) cases_.push_back(std::move(other));
    }
    if (!steps.empty()) steps.back()(current);
  }
  static Step all_of(std::vector<Condition> conditions) {
    return [conditions = std::move(conditions)](Case& c) {
      c.pending.insert(c.pending.end(), conditions.begin(), conditions.end());
    };
  }

  // Where a dynamic reference leads, when all paths lead to the same place.
  Result<SchemaIndex> dynamic_target(const SchemaNode& node) const {
    if (node.dynamic_anchor.empty()) return node.dynamic_ref;
    const auto targets = schema_.all_dynamic(node.dynamic_anchor);
    if (targets.size() == 1) return targets[0];
    return cannot(node, "$dynamicRef");
  }

  Status add(SchemaIndex index, Case& current) {
    const SchemaNode& node = schema_[index];
    if (node.constant) {
      current.possible &= *node.constant;
      return ok();
    }
    add_values(node, current.shape);
    add_array(node, current.shape);
    add_object(node, current.shape);
    if (node.unevaluated_items != kNoSchema || node.unevaluated_properties != kNoSchema) {
      // Only where everything this case applies is applied by this very schema is it known what others looked at.
      const bool is_whole_goal = goal_.size() == 1 && goal_[0] == Condition{index, false};
      if (!is_whole_goal)
        return cannot(node, node.unevaluated_items != kNoSchema ? "unevaluatedItems" : "unevaluatedProperties");
      current.shape.unevaluated_items = node.unevaluated_items;
      current.shape.unevaluated_properties = node.unevaluated_properties;
    }
    return add_logic(node, current);
  }

  Status add_logic(const SchemaNode& node, Case& current) {
    if (node.ref != kNoSchema) current.pending.push_back({node.ref});
    if (node.dynamic_ref != kNoSchema) {
      TRY(const SchemaIndex target, dynamic_target(node));
      current.pending.push_back({target});
    }
    for (const SchemaIndex part : node.all_of) current.pending.push_back({part});
    if (node.not_ != kNoSchema) current.pending.push_back({node.not_, true});

    // The keywords that leave a choice, each with its steps.
    std::vector<std::vector<Step>> choices;
    if (node.has_any_of) {
      auto& steps = choices.emplace_back();
      for (const SchemaIndex part : node.any_of) steps.push_back(all_of({{part}}));
    }
    if (node.has_one_of) {
      auto& steps = choices.emplace_back();
      for (const SchemaIndex part : node.one_of) {
        std::vector<Condition> conditions;
        for (const SchemaIndex other : node.one_of) {
          if (other == part) conditions.push_back({other});
          else if (!are_disjoint(part, other)) conditions.push_back({other, true});
        }
        steps.push_back(all_of(std::move(conditions)));
      }
    }
    if (node.if_ != kNoSchema && (node.then_ != kNoSchema || node.else_ != kNoSchema)) {
      std::vector<Condition> yes{{node.if_}}, no{{node.if_, true}};
      if (node.then_ != kNoSchema) yes.push_back({node.then_});
      if (node.else_ != kNoSchema) no.push_back({node.else_});
      choices.push_back({all_of(no), all_of(yes)});
    }
    for (const auto& [name, part] : node.dependent_schemas) {
      choices.push_back({without(name), [name = name, part = part](Case& c) {
                           c.shape.required.push_back(name);
                           c.pending.push_back({part});
                         }});
    }
    for (const auto& [name, others] : node.dependent_required) {
      choices.push_back({without(name), [name = name, others = others](Case& c) {
                           c.shape.required.push_back(name);
                           c.shape.required.insert(c.shape.required.end(), others.begin(), others.end());
                         }});
    }
    // Work the choices off one after the other over all cases made so far.
    std::vector<Case> made{std::move(current)};
    for (const auto& steps : choices) {
      std::vector<Case> next;
      for (const Case& before : made) {
        for (const Step& step : steps) {
          if (CompileLimit::reached()) return CompileLimit::failure();
          Case after = before;
          step(after);
          if (after.possible) next.push_back(std::move(after));
        }
        if (next.size() > kMaxCases)
          return fail(ErrorKind::kBadInput, msg::kSchemaTooManyCases, node.location, kMaxCases);
      }
      made = std::move(next);
    }
    if (made.empty()) {
      current = {};
      current.possible = false;
      return ok();
    }
    current = std::move(made.back());
    made.pop_back();
    for (Case& other : made) cases_.push_back(std::move(other));
    return ok();
  }

  static Step without(const std::string& name) {
    return [name](Case& c) { c.shape.absent.push_back(name); };
  }

  // True when no value obeys both, as far as a look at types, constants and required constants tells.
  bool are_disjoint(SchemaIndex a, SchemaIndex b) const {
    if (CompileLimit::reached()) return true;
    const SchemaNode& x = follow_ref(a);
    const SchemaNode& y = follow_ref(b);
    if ((x.constant && !*x.constant) || (y.constant && !*y.constant)) return true;
    if ((x.types & y.types) == 0 || lists_differ(x, y)) return true;
    for (const auto& [name, part] : x.properties) {
      for (const auto& [other_name, other] : y.properties) {
        const bool decides = name == other_name && x.types == JsonTypes::kObject && y.types == JsonTypes::kObject &&
                             requires_name(x, name) && requires_name(y, name);
        if (decides && lists_differ(follow_ref(part), follow_ref(other))) return true;
      }
    }
    return false;
  }
  const SchemaNode& follow_ref(SchemaIndex index) const {
    for (int steps = 0; steps < 16 && schema_[index].ref != kNoSchema; ++steps) index = schema_[index].ref;
    return schema_[index];
  }
  static bool requires_name(const SchemaNode& node, const std::string& name) {
    return std::find(node.required.begin(), node.required.end(), name) != node.required.end();
  }
  static bool lists_differ(const SchemaNode& x, const SchemaNode& y) {
    for (const auto& mine : x.allowed) {
      for (const auto& theirs : y.allowed) {
        std::set<std::string> known;
        for (const JsonValue& value : mine) known.insert(canonical_json(value));
        if (std::none_of(theirs.begin(), theirs.end(),
                         [&](const JsonValue& v) { return known.contains(canonical_json(v)); }))
          return true;
      }
    }
    return false;
  }

  void add_values(const SchemaNode& node, Shape& shape) {
    shape.types &= node.types;
    for (const auto& list : node.allowed) {
      shape.is_listed = true;
      found_.listed.insert(found_.listed.end(), list.begin(), list.end());
    }
    if (node.minimum) shape.numbers.low.push_back({*node.minimum, false});
    if (node.exclusive_minimum) shape.numbers.low.push_back({*node.exclusive_minimum, true});
    if (node.maximum) shape.numbers.high.push_back({*node.maximum, false});
    if (node.exclusive_maximum) shape.numbers.high.push_back({*node.exclusive_maximum, true});
    if (node.multiple_of) shape.numbers.multiples.push_back(*node.multiple_of);
    shape.min_length = std::max(shape.min_length, node.min_length);
    shape.max_length = std::min(shape.max_length, node.max_length);
    if (node.pattern) shape.patterns.push_back(node.pattern->text);
    if (!node.format.empty()) shape.formats.push_back(node.format);
  }

  static void add_array(const SchemaNode& node, Shape& shape) {
    if (!node.prefix_items.empty() || node.items != kNoSchema) shape.items.push_back({node.prefix_items, node.items});
    const bool asks =
        node.contains != kNoSchema && (node.min_contains > 0 || node.max_contains != SchemaNode::kNoLimit);
    if (asks) shape.contains.push_back({node.contains, node.min_contains, node.max_contains});
    shape.min_items = std::max(shape.min_items, node.min_items);
    shape.max_items = std::min(shape.max_items, node.max_items);
    shape.unique_items |= node.unique_items;
  }

  static void add_object(const SchemaNode& node, Shape& shape) {
    if (!node.properties.empty() || !node.pattern_properties.empty() || node.additional_properties != kNoSchema) {
      auto& members = shape.members.emplace_back();
      for (const auto& [name, part] : node.properties) members.properties.push_back({name, {part}});
      for (const auto& [pattern, part] : node.pattern_properties) members.patterns.emplace_back(pattern.text, part);
      members.rest = node.additional_properties;
    }
    shape.required.insert(shape.required.end(), node.required.begin(), node.required.end());
    if (node.property_names != kNoSchema) shape.property_names.push_back(node.property_names);
    shape.min_properties = std::max(shape.min_properties, node.min_properties);
    shape.max_properties = std::min(shape.max_properties, node.max_properties);
  }

  // The opposite of a schema: some one of its keywords is broken.
  Status negate(SchemaIndex index, Case& current) {
    const SchemaNode& node = schema_[index];
    if (node.constant) {
      current.possible &= !*node.constant;
      return ok();
    }
    if (const char* keyword = not_negatable(node)) return cannot(node, keyword);
    std::vector<Step> steps;
    if (node.types != JsonTypes::kAll) steps.push_back(only(static_cast<uint8_t>(JsonTypes::kAll & ~node.types)));
    for (const auto& list : node.allowed) {
      steps.push_back(
          [&list](Case& c) { c.shape.forbidden.insert(c.shape.forbidden.end(), list.begin(), list.end()); });
    }
    negate_numbers_and_texts(node, steps);
    negate_arrays_and_objects(node, steps);
    if (node.ref != kNoSchema) steps.push_back(all_of({{node.ref, true}}));
    if (node.dynamic_ref != kNoSchema) {
      TRY(const SchemaIndex target, dynamic_target(node));
      steps.push_back(all_of({{target, true}}));
    }
    for (const SchemaIndex part : node.all_of) steps.push_back(all_of({{part, true}}));
    if (node.has_any_of) {
      std::vector<Condition> none;
      for (const SchemaIndex part : node.any_of) none.push_back({part, true});
      steps.push_back(all_of(std::move(none)));
    }
    if (node.not_ != kNoSchema) steps.push_back(all_of({{node.not_}}));
    choose(current, steps);
    return ok();
  }

  // The first keyword whose opposite is no fact of a Shape, or null.
  static const char* not_negatable(const SchemaNode& node) {
    if (node.has_one_of) return "oneOf";
    if (node.if_ != kNoSchema && (node.then_ != kNoSchema || node.else_ != kNoSchema)) return "if";
    if (node.multiple_of) return "multipleOf";
    if (!node.prefix_items.empty()) return "prefixItems";
    if (node.items != kNoSchema) return "items";
    if (node.contains != kNoSchema) return "contains";
    if (node.unique_items) return "uniqueItems";
    if (node.unevaluated_items != kNoSchema) return "unevaluatedItems";
    if (node.unevaluated_properties != kNoSchema) return "unevaluatedProperties";
    if (!node.pattern_properties.empty()) return "patternProperties";
    if (node.additional_properties != kNoSchema) return "additionalProperties";
    if (node.property_names != kNoSchema) return "propertyNames";
    if (!node.dependent_required.empty()) return "dependentRequired";
    if (!node.dependent_schemas.empty()) return "dependentSchemas";
    return nullptr;
  }

  static Step only(uint8_t types) {
    return [types](Case& c) { c.shape.types &= types; };
  }
  template <class Change>
  static Step only(uint8_t types, Change change) {
    return [types, change](Case& c) {
      c.shape.types &= types;
      change(c.shape);
    };
  }

  static void negate_numbers_and_texts(const SchemaNode& node, std::vector<Step>& steps) {
    const auto low = [&](const std::optional<Decimal>& bound, bool exclusive) {
      if (bound)
        steps.push_back(only(JsonTypes::kNumber, [v = *bound, exclusive](Shape& s) {
          s.numbers.low.push_back({v, exclusive});
        }));
    };
    const auto high = [&](const std::optional<Decimal>& bound, bool exclusive) {
      if (bound)
        steps.push_back(only(JsonTypes::kNumber, [v = *bound, exclusive](Shape& s) {
          s.numbers.high.push_back({v, exclusive});
        }));
    };
    high(node.minimum, true);
    high(node.exclusive_minimum, false);
    low(node.maximum, true);
    low(node.exclusive_maximum, false);
    if (node.min_length > 0) {
      steps.push_back(
          only(JsonTypes::kString, [n = node.min_length - 1](Shape& s) { s.max_length = std::min(s.max_length, n); }));
    }
    if (node.max_length != SchemaNode::kNoLimit) {
      steps.push_back(
          only(JsonTypes::kString, [n = node.max_length + 1](Shape& s) { s.min_length = std::max(s.min_length, n); }));
    }
    if (node.pattern) {
      steps.push_back(
          only(JsonTypes::kString, [p = node.pattern->text](Shape& s) { s.unwanted_patterns.push_back(p); }));
    }
  }

  static void negate_arrays_and_objects(const SchemaNode& node, std::vector<Step>& steps) {
    if (node.min_items > 0) {
      steps.push_back(
          only(JsonTypes::kArray, [n = node.min_items - 1](Shape& s) { s.max_items = std::min(s.max_items, n); }));
    }
    if (node.max_items != SchemaNode::kNoLimit) {
      steps.push_back(
          only(JsonTypes::kArray, [n = node.max_items + 1](Shape& s) { s.min_items = std::max(s.min_items, n); }));
    }
    for (const std::string& name : node.required) {
      steps.push_back(only(JsonTypes::kObject, [name](Shape& s) { s.absent.push_back(name); }));
    }
    for (const auto& property : node.properties) {
      steps.push_back(only(JsonTypes::kObject, [name = property.first, part = property.second](Shape& s) {
        s.required.push_back(name);
        s.members.push_back({{{name, {part, true}}}, {}, kNoSchema});
      }));
    }
    if (node.min_properties > 0) {
      steps.push_back(only(JsonTypes::kObject, [n = node.min_properties - 1](Shape& s) {
        s.max_properties = std::min(s.max_properties, n);
      }));
    }
    if (node.max_properties != SchemaNode::kNoLimit) {
      steps.push_back(only(JsonTypes::kObject, [n = node.max_properties + 1](Shape& s) {
        s.min_properties = std::max(s.min_properties, n);
      }));
    }
  }

  const Schema& schema_;
  const Goal& goal_;
  std::vector<Case> cases_;
  size_t n_cases_ = 0;
  Shapes found_;
};

}  // namespace

Result<Shapes> find_shapes(const Schema& schema, const Goal& goal) { return ShapeFinder(schema, goal).find(); }

}  // namespace ondol
