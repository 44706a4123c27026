// Filters on lists and dicts.  Source: Jinja 3.1, "List of Builtin Filters".
#include <algorithm>
#include <charconv>
#include <utility>

#include "prompt/jinja/builtins.h"
#include "prompt/jinja/filter_tables.h"
#include "prompt/jinja/operators.h"
#include "prompt/jinja/python_text.h"
#include "prompt/jinja/text_methods.h"

namespace ondol::jinja {
namespace {

// What is compared when case does not matter.
Result<Value> ignore_case(Interpreter& interpreter, const Value& value) {
  const Text* const text = value.as_text();
  if (!text) return value;
  TRY(Text lowered, change_case(interpreter, *text, Case::kLower));
  return Value(std::move(lowered));
}

// "a.b.0" of a value: attributes, keys and indexes.
Result<Value> follow(Interpreter& interpreter, Value value, const Value& path, const Value* otherwise = nullptr) {
  const Text* const dotted = path.as_text();
  if (!dotted) return interpreter.item(value, path);
  std::string_view rest = dotted->bytes();
  for (;;) {
    const size_t end = std::min(rest.find('.'), rest.size());
    const std::string_view part = rest.substr(0, end);
    int64_t index = 0;
    const auto [last, error] = std::from_chars(part.data(), part.data() + part.size(), index);
    const bool is_index = error == std::errc() && last == part.data() + part.size() && part[0] != '-';
    TRY(value, interpreter.item(value, is_index ? Value(index) : Value::text(part)));
    if (value.is_undefined() && otherwise && !otherwise->is_none()) value = *otherwise;
    if (end == rest.size()) return value;
    rest.remove_prefix(end + 1);
  }
}

Result<Value> length_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "length", arguments, ""));
  if (const Text* text = self.as_text()) return Value(text->length());
  if (const Dict* dict = self.as_dict()) return Value(static_cast<int64_t>(dict->items.size()));
  const Sequence* const sequence = self.as_sequence();
  if (sequence && sequence->kind != SequenceKind::kGenerator)
    return Value(static_cast<int64_t>(sequence->items.size()));
  if (self.is_undefined()) return Value(0);
  return interpreter.fail(msg::kTemplateWrongType, "length", type_name(self));
}

Result<Value> first_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "first", arguments, ""));
  if (const Sequence* sequence = self.as_sequence(); sequence && sequence->kind == SequenceKind::kGenerator) {
    if (sequence->n_taken < std::ssize(sequence->items))
      return sequence->items[static_cast<size_t>(sequence->n_taken++)];
    return Value::undefined(std::string(msg::kTemplateEmptySequence.text()));
  }
  if (const Text* text = self.as_text(); text && !text->empty()) return Value(text->cut(0, text->byte_of(1)));
  TRY(const ValueList items, interpreter.iterate(self));
  return items.empty() ? Value::undefined(std::string(msg::kTemplateEmptySequence.text())) : items.front();
}

Result<Value> last_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "last", arguments, ""));
  const Sequence* const sequence = self.as_sequence();
  if (sequence && sequence->kind == SequenceKind::kGenerator) {
    return interpreter.fail(msg::kTemplateWrongType, "last", type_name(self));
  }
  if (self.is_undefined()) return interpreter.fail(msg::kTemplateWrongType, "last", type_name(self));
  TRY(const ValueList items, interpreter.iterate(self));
  return items.empty() ? Value::undefined(std::string(msg::kTemplateEmptySequence.text())) : items.back();
}

Result<Value> join_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "join", arguments, "d attribute"));
  Text separator;
  if (given.at(0)) { TRY(separator, to_text(interpreter, *given.at(0))); }
  const bool by_attribute = given.at(1) && !given.at(1)->is_none();
  TRY(const ValueList items, interpreter.iterate(self));
  TextBuilder out(interpreter.runtime());
  for (size_t i = 0; i < items.size(); ++i) {
    TRY(interpreter.runtime().spend_steps(1));
    if (i > 0) out.append(separator);
    Value item = items[i];
    if (by_attribute) { TRY(item, follow(interpreter, item, *given.at(1))); }
    TRY(append_text(interpreter, item, out));
  }
  TRY(Text joined, out.take());
  return Value(std::move(joined));
}

Result<Value> list_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "list", arguments, ""));
  TRY(ValueList items, interpreter.iterate(self));
  return interpreter.make_list(std::move(items));
}

Result<Value> items_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "items", arguments, ""));
  ValueList pairs;
  const Dict* const dict = self.as_dict();
  if (!dict && !self.is_undefined()) return interpreter.fail(msg::kTemplateWrongType, "items", type_name(self));
  for (size_t i = 0; dict && i < dict->items.size(); ++i) {
    TRY(Value pair, interpreter.make_sequence(SequenceKind::kTuple, {dict->items[i].first, dict->items[i].second}));
    pairs.push_back(std::move(pair));
  }
  return interpreter.make_sequence(SequenceKind::kGenerator, std::move(pairs));
}

Result<Value> default_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "default", arguments, "default_value boolean"));
  if (!self.is_undefined() && !(given.flag(1) && !truthy(self))) return self;
  return given.at(0) ? *given.at(0) : Value(Text());
}

Result<Value> attr_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "attr", arguments, "name", 1));
  TRY(const Text name, to_text(interpreter, *given.at(0)));
  // attributes only: the keys of a dict are none
  if (!self.as_dict()) return interpreter.attribute(self, name);
  if (auto method = find_method(self, name.bytes())) return std::move(*method);
  return Value::undefined(format_message(msg::kTemplateNoAttribute, type_name(self), name.bytes()));
}

Result<Value> reverse_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "reverse", arguments, ""));
  if (const Text* text = self.as_text()) {
    TRY(const ValueList characters, interpreter.iterate(self));
    TextBuilder out(interpreter.runtime());
    for (auto character = characters.rbegin(); character != characters.rend(); ++character) {
      out.append(*character->as_text());
    }
    TRY(const Text reversed, out.take());
    return Value(reversed.as_markup(text->is_markup()));
  }
  TRY(ValueList items, interpreter.iterate(self));
  std::reverse(items.begin(), items.end());
  return interpreter.make_sequence(SequenceKind::kGenerator, std::move(items));
}

// ---- order

// Sorts by keys[i]; stable.  Fails where two keys have no order.
Result<std::vector<size_t>> sorted_order(Interpreter& interpreter, const ValueList& keys, bool reverse) {
  std::vector<size_t> order(keys.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  int64_t weight = 0;
  for (const Value& key : keys) weight += key.weight();
  int64_t n_rounds = 1;
  for (size_t n = keys.size(); n > 1; n /= 2) ++n_rounds;
  TRY(interpreter.runtime().spend_steps(weight * n_rounds));
  // Keys that cannot be compared are found first, so that the sort itself cannot fail.
  for (size_t i = 1; i < keys.size(); ++i) {
    const bool same_kind = (keys[0].as_number() && keys[i].as_number()) || (keys[0].as_text() && keys[i].as_text());
    if (!same_kind && !equal(keys[0], keys[i])) TRY(less(interpreter, keys[0], keys[i]));
  }
  Status failure;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    if (equal(keys[a], keys[b])) return false;
    const auto is_less = reverse ? less(interpreter, keys[b], keys[a]) : less(interpreter, keys[a], keys[b]);
    if (!is_less && failure) failure = tl::make_unexpected(is_less.error());
    return is_less.value_or(false);
  });
  TRY(std::move(failure));
  return order;
}

// The key of each item: the attribute `path` (null: the item itself; with commas: a tuple of several).
Result<ValueList> sort_keys(Interpreter& interpreter, const ValueList& items, const Value* path, bool case_sensitive,
                            const Value* otherwise = nullptr) {
  std::vector<Value> paths;
  if (const Text* text = path ? path->as_text() : nullptr) {
    std::string_view rest = text->bytes();
    for (;;) {
      const size_t end = std::min(rest.find(','), rest.size());
      paths.push_back(Value::text(rest.substr(0, end)));
      if (end == rest.size()) break;
      rest.remove_prefix(end + 1);
    }
  } else if (path && !path->is_none()) {
    paths.push_back(*path);
  }
  ValueList keys;
  for (const Value& item : items) {
    ValueList parts;
    for (const Value& one : paths) {
      TRY(Value part, follow(interpreter, item, one, otherwise));
      parts.push_back(std::move(part));
    }
    if (paths.empty()) parts.push_back(item);
    for (Value& part : parts) {
      if (!case_sensitive) { TRY(part, ignore_case(interpreter, part)); }
    }
    if (parts.size() == 1) {
      keys.push_back(std::move(parts.front()));
    } else {
      TRY(Value tuple, interpreter.make_sequence(SequenceKind::kTuple, std::move(parts)));
      keys.push_back(std::move(tuple));
    }
  }
  return keys;
}

Result<Value> sort_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "sort", arguments, "reverse case_sensitive attribute"));
  TRY(const ValueList items, interpreter.iterate(self));
  TRY(const ValueList keys, sort_keys(interpreter, items, given.at(2), given.flag(1)));
  TRY(const std::vector<size_t> order, sorted_order(interpreter, keys, given.flag(0)));
  ValueList sorted;
  for (const size_t i : order) sorted.push_back(items[i]);
  return interpreter.make_list(std::move(sorted));
}

Result<Value> dictsort_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "dictsort", arguments, "case_sensitive by reverse"));
  const Dict* const dict = self.as_dict();
  if (self.is_undefined()) return interpreter.fail(msg::kTemplateReason, self.undefined_reason());
  if (!dict) return interpreter.fail(msg::kTemplateWrongType, "dictsort", type_name(self));
  bool by_value = false;
  if (given.at(1)) {
    TRY(const Text by, to_text(interpreter, *given.at(1)));
    by_value = by.bytes() == "value";
    if (!by_value && by.bytes() != "key") return interpreter.fail(msg::kTemplateBadArgument, "dictsort", by.bytes());
  }
  ValueList keys, sorted;
  for (const auto& [key, value] : dict->items) {
    const Value& part = by_value ? value : key;
    Value compared = part;
    if (!given.flag(0)) { TRY(compared, ignore_case(interpreter, part)); }
    keys.push_back(std::move(compared));
  }
  TRY(const std::vector<size_t> order, sorted_order(interpreter, keys, given.flag(2)));
  for (const size_t i : order) {
    TRY(Value pair, interpreter.make_sequence(SequenceKind::kTuple, {dict->items[i].first, dict->items[i].second}));
    sorted.push_back(std::move(pair));
  }
  return interpreter.make_list(std::move(sorted));
}

Result<Value> groupby_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given,
      Parameters::bind(interpreter, "groupby", arguments, "attribute default case_sensitive", 1));
  TRY(const ValueList items, interpreter.iterate(self));
  TRY(const ValueList keys, sort_keys(interpreter, items, given.at(0), given.flag(2), given.at(1)));
  TRY(const ValueList shown, sort_keys(interpreter, items, given.at(0), true, given.at(1)));
  TRY(const std::vector<size_t> order, sorted_order(interpreter, keys, false));
  ValueList groups;
  for (size_t i = 0; i < order.size();) {
    ValueList members;
    const size_t first = order[i];
    for (; i < order.size() && equal(keys[first], keys[order[i]]); ++i) members.push_back(items[order[i]]);
    TRY(Value list, interpreter.make_list(std::move(members)));
    auto group = std::make_shared<Sequence>();
    group->kind = SequenceKind::kTuple;
    group->is_group = true;
    group->depth = std::max(shown[first].depth(), list.depth()) + 1;
    group->weight = shown[first].weight() + list.weight() + 1;
    group->items = {shown[first], std::move(list)};
    groups.emplace_back(std::shared_ptr<const Sequence>(std::move(group)));
  }
  return interpreter.make_list(std::move(groups));
}

Result<Value> unique_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "unique", arguments, "case_sensitive attribute"));
  TRY(const ValueList items, interpreter.iterate(self));
  TRY(const ValueList keys, sort_keys(interpreter, items, given.at(1), given.flag(0)));
  DictBuilder seen;
  ValueList kept;
  for (size_t i = 0; i < items.size(); ++i) {
    const int64_t before = seen.size();
    TRY(interpreter.set_pair(seen, keys[i], Value(None{})));
    if (seen.size() > before) kept.push_back(items[i]);
  }
  return interpreter.make_sequence(SequenceKind::kGenerator, std::move(kept));
}

template <bool largest>
Result<Value> extreme_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "min", arguments, "case_sensitive attribute"));
  TRY(const ValueList items, interpreter.iterate(self));
  if (items.empty()) return Value::undefined(std::string(msg::kTemplateEmptySequence.text()));
  TRY(const ValueList keys, sort_keys(interpreter, items, given.at(1), given.flag(0)));
  size_t best = 0;
  for (size_t i = 1; i < items.size(); ++i) {
    TRY(interpreter.runtime().spend_steps(keys[i].weight()));
    TRY(const bool better, largest ? less(interpreter, keys[best], keys[i]) : less(interpreter, keys[i], keys[best]));
    if (better) best = i;
  }
  return items[best];
}

Result<Value> sum_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "sum", arguments, "attribute start"));
  Value sum = given.at(1) ? *given.at(1) : Value(0);
  const bool by_attribute = given.at(0) && !given.at(0)->is_none();
  TRY(const ValueList items, interpreter.iterate(self));
  if (sum.as_text()) return interpreter.fail(msg::kTemplateWrongType, "sum", "str");
  for (Value item : items) {
    TRY(interpreter.runtime().spend_steps(1));
    if (by_attribute) { TRY(item, follow(interpreter, item, *given.at(0))); }
    TRY(sum, binary_operation(interpreter, Operator::kAdd, sum, item));
  }
  return sum;
}

// ---- parts

Result<Value> batch_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "batch", arguments, "linecount fill_with", 1));
  const auto size = given.at(0)->as_int();
  if (!size) return interpreter.fail(msg::kTemplateWrongType, "int", type_name(*given.at(0)));
  const bool fills = given.at(1) && !given.at(1)->is_none();
  TRY(const ValueList items, interpreter.iterate(self));
  ValueList batches, batch;
  const auto flush = [&]() -> Status {
    TRY(Value list, interpreter.make_list(std::exchange(batch, {})));
    batches.push_back(std::move(list));
    return ok();
  };
  for (const Value& item : items) {
    if (std::ssize(batch) == *size) TRY(flush());
    batch.push_back(item);
  }
  if (!batch.empty()) {
    while (fills && std::ssize(batch) < *size) {
      TRY(interpreter.runtime().spend_bytes(static_cast<int64_t>(sizeof(Value))));
      batch.push_back(*given.at(1));
    }
    TRY(flush());
  }
  return interpreter.make_sequence(SequenceKind::kGenerator, std::move(batches));
}

Result<Value> slice_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "slice", arguments, "slices fill_with", 1));
  const auto n_slices = given.at(0)->as_int();
  if (!n_slices) return interpreter.fail(msg::kTemplateWrongType, "int", type_name(*given.at(0)));
  if (*n_slices == 0) return interpreter.fail(msg::kTemplateDivision);
  const bool fills = given.at(1) && !given.at(1)->is_none();
  TRY(const ValueList items, interpreter.iterate(self));
  const int64_t per_slice = std::ssize(items) / *n_slices, n_longer = std::ssize(items) % *n_slices;
  ValueList slices;
  auto at = items.begin();
  for (int64_t i = 0; i < *n_slices; ++i) {
    const auto end = at + static_cast<std::ptrdiff_t>(per_slice + (i < n_longer ? 1 : 0));
    ValueList slice(at, end);
    if (fills && i >= n_longer) slice.push_back(*given.at(1));
    at = end;
    TRY(Value list, interpreter.make_list(std::move(slice)));
    slices.push_back(std::move(list));
  }
  return interpreter.make_sequence(SequenceKind::kGenerator, std::move(slices));
}

// ---- a filter or test for each item

Result<Value> map_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  ValueList mapped;
  const bool by_filter = !arguments.positional.empty();
  Arguments inner;
  Text name;
  Parameters given;
  if (by_filter) {
    TRY(name, to_text(interpreter, arguments.positional.front()));
    inner = {{arguments.positional.begin() + 1, arguments.positional.end()}, arguments.named};
  } else {
    TRY(given, Parameters::bind(interpreter, "map", arguments, "attribute default", 1));
  }
  TRY(const ValueList items, interpreter.iterate(self));
  for (const Value& item : items) {
    TRY(Value result, by_filter ? interpreter.call_filter(name.bytes(), item, inner)
                                : follow(interpreter, item, *given.at(0), given.at(1)));
    mapped.push_back(std::move(result));
  }
  return interpreter.make_sequence(SequenceKind::kGenerator, std::move(mapped));
}

template <bool wanted, bool by_attribute>
Result<Value> select_filter(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  constexpr size_t kTest = by_attribute ? 1 : 0;
  if (by_attribute && arguments.positional.empty()) {
    return interpreter.fail(msg::kTemplateMissingArgument, "selectattr", "attribute");
  }
  const bool has_test = arguments.positional.size() > kTest;
  Text name;
  Arguments inner;
  if (has_test) {
    TRY(name, to_text(interpreter, arguments.positional[kTest]));
    inner = {{arguments.positional.begin() + kTest + 1, arguments.positional.end()}, arguments.named};
  }
  ValueList items, kept;
  if (truthy(self)) { TRY(items, interpreter.iterate(self)); }
  for (const Value& item : items) {
    Value judged = item;
    if (by_attribute) { TRY(judged, follow(interpreter, item, arguments.positional[0])); }
    bool holds = truthy(judged);
    if (has_test) { TRY(holds, interpreter.call_test(name.bytes(), judged, inner)); }
    if (holds == wanted) kept.push_back(item);
  }
  return interpreter.make_sequence(SequenceKind::kGenerator, std::move(kept));
}

constexpr Filter kFilters[] = {{"length", length_filter},
                               {"count", length_filter},
                               {"first", first_filter},
                               {"last", last_filter},
                               {"join", join_filter},
                               {"list", list_filter},
                               {"items", items_filter},
                               {"default", default_filter},
                               {"d", default_filter},
                               {"attr", attr_filter},
                               {"reverse", reverse_filter},
                               {"sort", sort_filter},
                               {"dictsort", dictsort_filter},
                               {"groupby", groupby_filter},
                               {"unique", unique_filter},
                               {"min", extreme_filter<false>},
                               {"max", extreme_filter<true>},
                               {"sum", sum_filter},
                               {"batch", batch_filter},
                               {"slice", slice_filter},
                               {"map", map_filter},
                               {"select", select_filter<true, false>},
                               {"reject", select_filter<false, false>},
                               {"selectattr", select_filter<true, true>},
                               {"rejectattr", select_filter<false, true>}};

const Filter* find_in(std::span<const Filter> filters, std::string_view name) {
  const auto found = std::find_if(filters.begin(), filters.end(), [&](const Filter& f) { return f.name == name; });
  return found == filters.end() ? nullptr : &*found;
}

}  // namespace

std::span<const Filter> list_filters() { return kFilters; }

Native find_filter(std::string_view name) {
  const Filter* filter = find_in(text_filters(), name);
  if (!filter) filter = find_in(list_filters(), name);
  return filter ? filter->native : nullptr;
}

}  // namespace ondol::jinja
