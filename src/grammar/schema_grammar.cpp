#include "grammar/schema_grammar.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "base/check.h"
#include "grammar/compile_limit.h"
#include "grammar/grammar_messages.h"
#include "grammar/json_text.h"
#include "grammar/matcher.h"
#include "grammar/regex.h"
#include "grammar/schema_shape.h"
#include "grammar/schema_validator.h"

namespace ondol {
namespace {

constexpr int32_t kMaxTextStates = 50'000;
constexpr int64_t kMaxGridStates = 20'000;
constexpr size_t kMaxGoals = 20'000;
constexpr int64_t kMaxCount = 100'000;

class SchemaCompiler {
 public:
  SchemaCompiler(Expressions& expressions, const Schema& schema)
      : e_(expressions), schema_(schema), char_(e_.add_rule()), space_(e_.add_rule()) {
    e_.define(char_, json_char(e_));
    e_.define(space_, json_space(e_));
  }

  Result<SchemaRule> compile() {
    const RuleId root = rule_of({{schema_.root()}});
    while (!pending_.empty()) {
      if (CompileLimit::reached()) return CompileLimit::failure();
      const auto goal = pending_.front();
      pending_.pop_front();
      if (rules_.size() > kMaxGoals) return fail(ErrorKind::kBadInput, msg::kSchemaTooLarge, kMaxGoals);
      TRY(const ExpressionId body, value_of(goal->first));
      e_.define(goal->second, body);
    }
    // Without a goal inside itself values nest as deep as there are goals.
    const bool may_nest_deeply = std::ssize(rules_) > JsonValue::kMaxDepth / 2 || has_cycle_;
    return SchemaRule{e_.call(root), has_free_keys_ || may_nest_deeply};
  }

 private:
  using Rules = std::map<Goal, RuleId>;

  tl::unexpected<Error> cannot(const Goal& goal, std::string_view keyword) const {
    const std::string location = goal.empty() ? "#" : schema_[goal[0].schema].location;
    return fail(ErrorKind::kBadInput, msg::kSchemaCannotHold, location, keyword);
  }

  // The rule of values that obey `goal`; its body is made later.
  RuleId rule_of(Goal goal) {
    std::sort(goal.begin(), goal.end());
    goal.erase(std::unique(goal.begin(), goal.end()), goal.end());
    const auto [entry, is_new] = rules_.try_emplace(std::move(goal), RuleId{});
    if (is_new) {
      entry->second = e_.add_rule();
      pending_.push_back(entry);
    } else {
      has_cycle_ = true;  // perhaps: it is met again
    }
    return entry->second;
  }

  Result<bool> obeys(const Goal& goal, const JsonValue& value) const {
    for (const Condition& condition : goal) {
      TRY(const Judgement judgement, judge(schema_, condition.schema, value));
      if (judgement.valid == condition.negated) return false;
    }
    return true;
  }

  // The listed values that obey the goal, each once.
  Result<std::vector<JsonValue>> listed_values(const Goal& goal, const Shapes& shapes) const {
    std::vector<JsonValue> values;
    std::set<std::string> known;
    for (const JsonValue& value : shapes.listed) {
      if (CompileLimit::reached()) return CompileLimit::failure();
      if (!known.insert(canonical_json(value)).second) continue;
      TRY(const bool good, obeys(goal, value));
      if (good) values.push_back(value);
    }
    return values;
  }

  Result<ExpressionId> value_of(const Goal& goal) {
    TRY(const Shapes shapes, find_shapes(schema_, goal));
    std::vector<ExpressionId> forms;
    TRY(const auto listed, listed_values(goal, shapes));
    for (const JsonValue& value : listed) forms.push_back(e_.literal(to_json(value)));
    for (const Shape& shape : shapes.alternatives) {
      if (!shape.is_listed) TRY(add_forms(goal, shape, forms));
    }
    return e_.choice(std::move(forms));
  }

  // The ways to write a value of `shape`, by type.
  Status add_forms(const Goal& goal, const Shape& shape, std::vector<ExpressionId>& forms) {
    const auto add_constant = [&](uint8_t type, const char* text) {
      const bool forbidden = std::any_of(shape.forbidden.begin(), shape.forbidden.end(),
                                         [&](const JsonValue& v) { return to_json(v) == text; });
      if ((shape.types & type) != 0 && !forbidden) forms.push_back(e_.literal(text));
    };
    add_constant(JsonTypes::kNull, "null");
    add_constant(JsonTypes::kBoolean, "true");
    add_constant(JsonTypes::kBoolean, "false");
    if ((shape.types & JsonTypes::kNumber) != 0) {
      TRY(Automaton numbers, number_automaton(numbers_of(shape)));
      forms.push_back(e_.automaton(std::move(numbers)));
    }
    if ((shape.types & JsonTypes::kString) != 0) {
      TRY(const ExpressionId strings, strings_of(shape));
      forms.push_back(strings);
    }
    for (const JsonValue& value : shape.forbidden) {
      const bool matters = (value.is(JsonValue::Kind::kArray) && (shape.types & JsonTypes::kArray) != 0) ||
                           (value.is(JsonValue::Kind::kObject) && (shape.types & JsonTypes::kObject) != 0);
      if (matters) return cannot(goal, "not");
    }
    if ((shape.types & JsonTypes::kArray) != 0) {
      TRY(const ExpressionId arrays, arrays_of(goal, shape));
      forms.push_back(arrays);
    }
    if ((shape.types & JsonTypes::kObject) != 0) {
      TRY(const ExpressionId objects, objects_of(goal, shape));
      forms.push_back(objects);
    }
    return ok();
  }

  static NumberFacts numbers_of(const Shape& shape) {
    NumberFacts facts = shape.numbers;
    facts.integers = (shape.types & JsonTypes::kInteger) != 0;
    facts.fractions = (shape.types & JsonTypes::kFraction) != 0;
    for (const JsonValue& value : shape.forbidden) {
      if (value.is(JsonValue::Kind::kNumber)) facts.forbidden.push_back(value.number);
    }
    return facts;
  }

  // ---- texts ----

  static Status narrow(Automaton& texts, const Automaton& by) {
    const auto both = intersect(texts, by, kMaxTextStates);
    if (!both) return too_many_states(kMaxTextStates);
    texts = *both;
    return ok();
  }

  // Texts of a length, in characters.
  static Result<Automaton> texts_of_length(int64_t min, int64_t max) {
    Expressions e;
    const auto most = max == SchemaNode::kNoLimit ? kUnlimited : static_cast<int32_t>(std::min(max, kMaxCount));
    return to_automaton(e, e.repeat(e.chars(any_char()), static_cast<int32_t>(min), most), kMaxTextStates);
  }

  // The values of strings of `shape`.
  static Result<Automaton> texts_of(const Shape& shape) {
    if (shape.min_length > std::min(shape.max_length, kMaxCount)) return no_text();
    TRY(Automaton texts, texts_of_length(shape.min_length, shape.max_length));
    for (const std::string& pattern : shape.patterns) {
      TRY(const Automaton found, search_automaton(pattern, kMaxTextStates));
      TRY(narrow(texts, found));
    }
    for (const std::string& pattern : shape.unwanted_patterns) {
      TRY(const Automaton found, search_automaton(pattern, kMaxTextStates));
      TRY(narrow(texts, complement(found)));
    }
    for (const std::string& format : shape.formats) {
      const auto pattern = format_pattern(format);
      if (!pattern) continue;
      Expressions e;
      TRY(const ExpressionId whole, parse_regex(e, *pattern));
      TRY(const Automaton of_format, to_automaton(e, whole, kMaxTextStates));
      TRY(narrow(texts, of_format));
    }
    for (const JsonValue& value : shape.forbidden) {
      if (value.is(JsonValue::Kind::kString)) TRY(narrow(texts, complement(only_text(value.text))));
    }
    return texts;
  }

  Result<ExpressionId> strings_of(const Shape& shape) {
    const bool only_length = shape.patterns.empty() && shape.unwanted_patterns.empty() &&
                             std::none_of(shape.forbidden.begin(), shape.forbidden.end(),
                                          [](const JsonValue& v) { return v.is(JsonValue::Kind::kString); }) &&
                             std::none_of(shape.formats.begin(), shape.formats.end(),
                                          [](const std::string& f) { return format_pattern(f).has_value(); });
    if (!only_length) {
      TRY(const Automaton texts, texts_of(shape));
      return e_.automaton(json_strings(texts));
    }
    if (shape.min_length > std::min(shape.max_length, kMaxCount)) return e_.nothing();
    const auto most = shape.max_length > kMaxCount ? kUnlimited : static_cast<int32_t>(shape.max_length);
    const ExpressionId quote = e_.literal("\"");
    return e_.sequence({quote, e_.repeat(e_.call(char_), static_cast<int32_t>(shape.min_length), most), quote});
  }

  // The texts that obey `goal` as names of members.
  Result<Automaton> names_of(const Goal& goal) {
    TRY(const Shapes shapes, find_shapes(schema_, goal));
    Automaton names = no_text();
    const auto add = [&](const Automaton& more) -> Status {
      const auto both = unite(names, more, kMaxTextStates);
      if (!both) return too_many_states(kMaxTextStates);
      names = *both;
      return ok();
    };
    TRY(const auto listed, listed_values(goal, shapes));
    for (const JsonValue& value : listed) {
      if (value.is(JsonValue::Kind::kString)) TRY(add(only_text(value.text)));
    }
    for (const Shape& shape : shapes.alternatives) {
      if (shape.is_listed || (shape.types & JsonTypes::kString) == 0) continue;
      TRY(const Automaton texts, texts_of(shape));
      TRY(add(texts));
    }
    return names;
  }

  // ---- arrays and objects: grids of how far they have come ----

  // A body between two states, its empty edges removed.
  Result<ExpressionId> grid(const Nfa& nfa) {
    auto automaton = remove_empty_edges(
        nfa, [](int32_t) { return false; }, Expressions::kMaxEdges);
    if (!automaton) return fail(ErrorKind::kBadInput, msg::kGrammarTooLarge, Expressions::kMaxEdges);
    return e_.automaton(trim(*automaton));
  }
  void add_space(Nfa& nfa, int32_t from, int32_t to) {
    nfa.add_empty(from, to);
    nfa.add_call(from, static_cast<int32_t>(space_), to);
  }
  int32_t add_open(Nfa& nfa, char bracket) {
    const int32_t inside = nfa.add_state(), begin = nfa.add_state();
    nfa.add_bytes(nfa.start, static_cast<uint8_t>(bracket), static_cast<uint8_t>(bracket), inside);
    add_space(nfa, inside, begin);
    return begin;
  }
  void add_close(Nfa& nfa, int32_t from, char bracket) {
    const int32_t end = nfa.add_state();
    add_space(nfa, from, end);
    nfa.add_bytes(end, static_cast<uint8_t>(bracket), static_cast<uint8_t>(bracket), nfa.accept);
  }
  // The state behind a comma and space after `from`.
  int32_t add_comma(Nfa& nfa, int32_t from) {
    const int32_t comma = nfa.add_state(), next = nfa.add_state();
    nfa.add_bytes(from, ',', ',', comma);
    add_space(nfa, comma, next);
    return next;
  }

  // What must hold for item `i` of an array of `shape`.
  Goal item_goal(const Shape& shape, size_t i) const {
    Goal goal;
    bool described = false;
    for (const Shape::Items& items : shape.items) {
      const SchemaIndex part = i < items.prefix.size() ? items.prefix[i] : items.rest;
      if (part == kNoSchema) continue;
      described = true;
      goal.push_back({part});
    }
    if (!described && shape.unevaluated_items != kNoSchema) goal.push_back({shape.unevaluated_items});
    return goal;
  }

  Result<ExpressionId> arrays_of(const Goal& goal, const Shape& shape) {
    if (shape.min_items > shape.max_items) return e_.nothing();
    if (shape.contains.size() > 1) return cannot(goal, "contains");
    if (!shape.contains.empty() && shape.unevaluated_items != kNoSchema) return cannot(goal, "unevaluatedItems");
    size_t n_prefix = 0;
    for (const Shape::Items& items : shape.items) n_prefix = std::max(n_prefix, items.prefix.size());
    if (shape.unique_items && shape.max_items > 1) {
      if (n_prefix > 0 || !shape.contains.empty()) return cannot(goal, "uniqueItems");
      return unique_items_of(goal, shape);
    }
    // Rows: items so far, columns: of them that obey `contains`.  Beyond what is asked both stay where they are.
    const bool has_max = shape.max_items != SchemaNode::kNoLimit;
    const int64_t n_rows =
        std::max<int64_t>({1, static_cast<int64_t>(n_prefix), shape.min_items, has_max ? shape.max_items : 0});
    int64_t n_columns = 0;
    bool has_max_contains = false;
    if (!shape.contains.empty()) {
      has_max_contains = shape.contains[0].max != SchemaNode::kNoLimit;
      n_columns = has_max_contains ? shape.contains[0].max : shape.contains[0].min;
      if (shape.contains[0].min > n_columns) return e_.nothing();
    }
    if (n_rows > kMaxCount || n_columns > kMaxCount || (n_rows + 1) * (n_columns + 1) > kMaxCount)
      return cannot(goal, "minItems");

    Nfa nfa;
    const int32_t begin = add_open(nfa, '[');
    const int32_t first = nfa.n_states;
    nfa.n_states += static_cast<int32_t>((n_rows + 1) * (n_columns + 1));
    const auto state_of = [&](int64_t row, int64_t column) {
      return first + static_cast<int32_t>(std::min(row, n_rows) * (n_columns + 1) + std::min(column, n_columns));
    };
    nfa.add_empty(begin, state_of(0, 0));
    for (int64_t row = 0; row <= n_rows; ++row) {
      for (int64_t column = 0; column <= n_columns; ++column) {
        const int32_t state = state_of(row, column);
        const bool enough = row >= shape.min_items && (shape.contains.empty() || column >= shape.contains[0].min);
        if (enough) add_close(nfa, state, ']');
        if (has_max && row >= shape.max_items) continue;
        add_items(nfa, shape, row, column, n_columns, has_max_contains, state, state_of);
      }
    }
    return grid(nfa);
  }

  template <class StateOf>
  void add_items(Nfa& nfa, const Shape& shape, int64_t row, int64_t column, int64_t n_columns, bool has_max_contains,
                 int32_t state, const StateOf& state_of) {
    const auto add = [&](int32_t from, int64_t next_row) {
      Goal goal = item_goal(shape, static_cast<size_t>(row));
      if (shape.contains.empty()) {
        nfa.add_call(from, static_cast<int32_t>(rule_of(goal)), state_of(next_row, 0));
        return;
      }
      Goal counted = goal;
      counted.push_back({shape.contains[0].schema});
      const bool may_count = !has_max_contains || column < n_columns;
      if (may_count) nfa.add_call(from, static_cast<int32_t>(rule_of(counted)), state_of(next_row, column + 1));
      if (has_max_contains) goal.push_back({shape.contains[0].schema, true});
      nfa.add_call(from, static_cast<int32_t>(rule_of(goal)), state_of(next_row, column));
    };
    add(row == 0 ? state : add_comma(nfa, state), row + 1);
  }

  // Arrays of different values out of a small set: the state is the set of those still free.
  Result<ExpressionId> unique_items_of(const Goal& goal, const Shape& shape) {
    constexpr size_t kMaxValues = 10;
    const Goal of_item = item_goal(shape, 0);
    TRY(const Shapes shapes, find_shapes(schema_, of_item));
    TRY(std::vector<JsonValue> values, listed_values(of_item, shapes));
    for (const Shape& item : shapes.alternatives) {
      constexpr uint8_t kFew = JsonTypes::kNull | JsonTypes::kBoolean;
      if (item.is_listed) continue;
      if ((item.types & ~kFew) != 0) return cannot(goal, "uniqueItems");
      for (const char* text : {"null", "true", "false"}) {
        TRY(const JsonValue value, parse_json(text));
        TRY(const bool good, obeys(of_item, value));
        const bool known =
            std::any_of(values.begin(), values.end(), [&](const JsonValue& v) { return to_json(v) == text; });
        if (good && !known) values.push_back(value);
      }
    }
    if (values.size() > kMaxValues) return cannot(goal, "uniqueItems");
    Nfa nfa;
    const int32_t begin = add_open(nfa, '[');
    const int32_t first = nfa.n_states;
    nfa.n_states += 1 << values.size();
    nfa.add_empty(begin, first);
    for (int32_t used = 0; used < 1 << values.size(); ++used) {
      const int64_t n_used = __builtin_popcount(static_cast<unsigned>(used));
      const int32_t state = first + used;
      if (n_used >= shape.min_items) add_close(nfa, state, ']');
      if (n_used >= shape.max_items) continue;
      const int32_t from = used == 0 ? state : add_comma(nfa, state);
      for (size_t i = 0; i < values.size(); ++i) {
        if ((used >> i & 1) != 0) continue;
        TRY(e_.lower(e_.literal(to_json(values[i])), true, nfa, from, first + (used | 1 << i)));
      }
    }
    return grid(nfa);
  }

  // One member of an object that is written out: its name, what its value must obey.
  struct Member {
    ExpressionId name;
    Goal goal;
    bool required;
  };

  // What the value of a member called `name` must obey.
  Result<Goal> member_goal(const Shape& shape, const std::string& name) {
    Goal goal;
    bool described = false;
    for (const Shape::Members& members : shape.members) {
      bool here = false;
      for (const auto& [known, part] : members.properties) {
        if (known != name) continue;
        goal.push_back(part);
        here = true;
      }
      for (const auto& [pattern, part] : members.patterns) {
        TRY(const auto search, search_grammar(pattern));
        TRY(const bool found, matches(search, name));
        if (!found) continue;
        goal.push_back({part});
        here = true;
      }
      if (!here && members.rest != kNoSchema) {
        goal.push_back({members.rest});
        here = true;
      }
      described |= here;
    }
    if (!described && shape.unevaluated_properties != kNoSchema) goal.push_back({shape.unevaluated_properties});
    return goal;
  }

  // The members with names of their own, in the schema's order.
  Result<std::vector<Member>> named_members(const Shape& shape, std::set<std::string>& names) {
    std::vector<std::string> order;
    const auto add = [&](const std::string& name) {
      if (names.insert(name).second) order.push_back(name);
    };
    for (const Shape::Members& members : shape.members) {
      for (const auto& property : members.properties) add(property.first);
    }
    for (const std::string& name : shape.required) add(name);
    std::vector<Member> out;
    for (const std::string& name : order) {
      if (CompileLimit::reached()) return CompileLimit::failure();
      const bool absent = std::find(shape.absent.begin(), shape.absent.end(), name) != shape.absent.end();
      const bool required = std::find(shape.required.begin(), shape.required.end(), name) != shape.required.end();
      JsonValue key;
      key.kind = JsonValue::Kind::kString;
      key.text = name;
      bool possible = !absent;
      for (const SchemaIndex part : shape.property_names) {
        TRY(const Judgement judgement, judge(schema_, part, key));
        possible &= judgement.valid;
      }
      if (!possible && !required) continue;
      TRY(Goal goal, member_goal(shape, name));
      out.push_back({possible ? e_.literal(json_quoted(name)) : e_.nothing(), std::move(goal), required});
    }
    for (const std::string& name : shape.absent) names.insert(name);
    return out;
  }

  // Members whose names the schema leaves free: one for each set of name patterns they can match.
  Result<std::vector<Member>> free_members(const Goal& goal, const Shape& shape, const std::set<std::string>& names) {
    constexpr size_t kMaxPatterns = 4;
    std::vector<std::string> patterns;
    for (const Shape::Members& members : shape.members) {
      for (const auto& [pattern, part] : members.patterns) {
        if (std::find(patterns.begin(), patterns.end(), pattern) == patterns.end()) patterns.push_back(pattern);
      }
    }
    if (patterns.size() > kMaxPatterns) return cannot(goal, "patternProperties");
    Goal of_name;
    for (const SchemaIndex part : shape.property_names) of_name.push_back({part});
    Automaton allowed = all_utf8();
    if (!of_name.empty()) { TRY(allowed, names_of(of_name)); }
    for (const std::string& name : names) TRY(narrow(allowed, complement(only_text(name))));
    std::vector<Automaton> found;
    for (const std::string& pattern : patterns) {
      TRY(Automaton automaton, search_automaton(pattern, kMaxTextStates));
      found.push_back(std::move(automaton));
    }

    std::vector<Member> out;
    for (size_t matched = 0; matched < size_t{1} << patterns.size(); ++matched) {
      Automaton keys = allowed;
      for (size_t i = 0; i < patterns.size(); ++i) {
        TRY(narrow(keys, (matched >> i & 1) != 0 ? found[i] : complement(found[i])));
      }
      if (is_empty(keys)) continue;
      Goal of_value;
      bool described = false;
      for (const Shape::Members& members : shape.members) {
        bool here = false;
        for (const auto& [pattern, part] : members.patterns) {
          const auto place = std::find(patterns.begin(), patterns.end(), pattern) - patterns.begin();
          if ((matched >> place & 1) == 0) continue;
          of_value.push_back({part});
          here = true;
        }
        if (!here && members.rest != kNoSchema) {
          of_value.push_back({members.rest});
          here = true;
        }
        described |= here;
      }
      if (!described && shape.unevaluated_properties != kNoSchema) of_value.push_back({shape.unevaluated_properties});
      out.push_back({e_.automaton(json_strings(keys)), std::move(of_value), false});
    }
    return out;
  }

  // Whether keys beyond the named ones are written at all: where the schema speaks of them, names none, or asks for
  // more members than it names.
  static bool wants_free_members(const Shape& shape, size_t n_named) {
    bool speaks = shape.unevaluated_properties != kNoSchema, names_some = false;
    for (const Shape::Members& members : shape.members) {
      speaks |= members.rest != kNoSchema || !members.patterns.empty();
      names_some |= !members.properties.empty();
    }
    return speaks || !names_some || shape.min_properties > static_cast<int64_t>(n_named);
  }

  Result<ExpressionId> objects_of(const Goal& goal, const Shape& shape) {
    if (shape.min_properties > shape.max_properties) return e_.nothing();
    if (shape.unevaluated_properties != kNoSchema) {
      for (const Shape::Members& members : shape.members) {
        for (const auto& property : members.properties) {
          if (property.second.negated) return cannot(goal, "unevaluatedProperties");
        }
      }
    }
    std::set<std::string> names;
    TRY(const std::vector<Member> named, named_members(shape, names));
    std::vector<Member> free;
    if (wants_free_members(shape, named.size())) { TRY(free, free_members(goal, shape, names)); }
    has_free_keys_ |= !free.empty();

    // Rows: named members passed, columns: members written, as far as they are counted.
    const bool has_max = shape.max_properties != SchemaNode::kNoLimit;
    const int64_t n_columns = std::max<int64_t>({1, shape.min_properties, has_max ? shape.max_properties : 0});
    const auto n_rows = std::ssize(named);
    if (n_columns > kMaxGridStates || (n_rows + 1) * (n_columns + 1) > kMaxGridStates)
      return cannot(goal, "minProperties");
    Nfa nfa;
    const int32_t begin = add_open(nfa, '{');
    const int32_t first = nfa.n_states;
    nfa.n_states += static_cast<int32_t>((n_rows + 1) * (n_columns + 1));
    const auto state_of = [&](int64_t row, int64_t column) {
      return first + static_cast<int32_t>(row * (n_columns + 1) + std::min(column, n_columns));
    };
    std::vector<int32_t> named_rules, free_rules;
    for (const Member& member : named) named_rules.push_back(member_rule(member));
    for (const Member& member : free) free_rules.push_back(member_rule(member));
    nfa.add_empty(begin, state_of(0, 0));
    for (int64_t row = 0; row <= n_rows; ++row) {
      for (int64_t column = 0; column <= n_columns; ++column) {
        const int32_t state = state_of(row, column);
        const bool may_add = !has_max || column < shape.max_properties;
        if (row < n_rows) {
          const auto r = static_cast<size_t>(row);
          if (!named[r].required) nfa.add_empty(state, state_of(row + 1, column));
          if (may_add)
            nfa.add_call(column == 0 ? state : add_comma(nfa, state), named_rules[r], state_of(row + 1, column + 1));
          continue;
        }
        if (column >= shape.min_properties) add_close(nfa, state, '}');
        if (!may_add || free_rules.empty()) continue;
        const int32_t from = column == 0 ? state : add_comma(nfa, state);
        for (const int32_t rule : free_rules) nfa.add_call(from, rule, state_of(row, column + 1));
      }
    }
    return grid(nfa);
  }

  // "name": value
  int32_t member_rule(const Member& member) {
    const RuleId rule = e_.add_rule();
    const ExpressionId space = e_.optional(e_.literal(" "));
    e_.define(rule, e_.sequence({member.name, e_.literal(":"), space, e_.call(rule_of(member.goal))}));
    return static_cast<int32_t>(rule);
  }

  Expressions& e_;
  const Schema& schema_;
  RuleId char_, space_;
  Rules rules_;
  std::deque<Rules::iterator> pending_;
  bool has_free_keys_ = false, has_cycle_ = false;
};

}  // namespace

Result<SchemaRule> add_schema(Expressions& expressions, const Schema& schema) {
  return SchemaCompiler(expressions, schema).compile();
}

Result<SchemaGrammar> schema_grammar(const Schema& schema) {
  Expressions expressions;
  const RuleId root = expressions.add_rule();
  TRY(const SchemaRule rule, add_schema(expressions, schema));
  expressions.define(root, rule.value);
  TRY(auto grammar, compile_grammar(expressions, root));
  return SchemaGrammar{std::move(grammar), rule.needs_guard};
}

}  // namespace ondol
