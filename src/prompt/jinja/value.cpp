#include "prompt/jinja/value.h"

#include <algorithm>

#include "prompt/jinja/callable.h"

namespace ondol::jinja {
namespace {

constexpr size_t kIndexedDict = 16;  // below, a linear search is faster than hashing

const Value* find_pair(const Dict& dict, const Value& key) {
  const auto found =
      std::find_if(dict.items.begin(), dict.items.end(), [&](const auto& pair) { return equal(pair.first, key); });
  return found == dict.items.end() ? nullptr : &found->second;
}

bool equal_dicts(const Dict& a, const Dict& b) {
  if (a.items.size() != b.items.size()) return false;
  return std::all_of(a.items.begin(), a.items.end(), [&](const auto& pair) {
    const Text* const name = pair.first.as_text();
    const Value* const other = name ? b.find(name->bytes()) : find_pair(b, pair.first);
    return other && equal(pair.second, *other);
  });
}

}  // namespace

std::string_view Value::undefined_reason() const {
  const Undefined* undefined = as_undefined();
  return undefined && undefined->reason ? std::string_view(*undefined->reason) : "undefined";
}

std::optional<int64_t> Value::as_int() const {
  if (const auto* number = get_if<int64_t>()) return *number;
  if (const bool* flag = as_bool()) return *flag ? 1 : 0;
  return std::nullopt;
}

std::optional<double> Value::as_number() const {
  if (const double* number = as_float()) return *number;
  if (const auto number = as_int()) return static_cast<double>(*number);
  return std::nullopt;
}

int Value::depth() const {
  if (const Sequence* sequence = as_sequence()) return sequence->depth;
  if (const Dict* dict = as_dict()) return dict->depth;
  if (const Callable* callable = as_callable()) return callable->depth;
  return 0;
}

int64_t Value::weight() const {
  if (const Text* text = as_text()) return 1 + text->size_bytes() / 64;
  if (const Sequence* sequence = as_sequence()) return sequence->weight;
  if (const Dict* dict = as_dict()) return dict->weight;
  return 1;
}

const void* Value::address() const {
  if (const Text* text = as_text()) return text->bytes().data();
  if (as_sequence()) return as_sequence();
  if (as_dict()) return as_dict();
  if (as_namespace()) return as_namespace();
  if (as_loop()) return as_loop();
  return as_callable();
}

const Value* Dict::find(std::string_view key) const {
  if (!by_text.empty()) {
    const auto found = by_text.find(std::string(key));
    return found == by_text.end() ? nullptr : &items[found->second].second;
  }
  for (const auto& [name, value] : items) {
    const Text* text = name.as_text();
    if (text && text->bytes() == key) return &value;
  }
  return nullptr;
}

void DictBuilder::set(Value key, Value value) {
  const Text* text = key.as_text();
  size_t at = dict_.items.size();
  if (text && !dict_.by_text.empty()) {
    const auto [found, added] = dict_.by_text.emplace(text->bytes(), at);
    at = found->second;
  } else {
    const auto found =
        std::find_if(dict_.items.begin(), dict_.items.end(), [&](const auto& pair) { return equal(pair.first, key); });
    at = static_cast<size_t>(found - dict_.items.begin());
  }
  dict_.depth = std::max({dict_.depth, key.depth() + 1, value.depth() + 1});
  dict_.weight = std::min(dict_.weight + key.weight() + value.weight(), kMaxWeight);
  if (at < dict_.items.size()) {
    dict_.items[at].second = std::move(value);
    return;
  }
  dict_.items.emplace_back(std::move(key), std::move(value));
  if (dict_.items.size() != kIndexedDict) return;
  for (size_t i = 0; i < dict_.items.size(); ++i) {
    if (const Text* name = dict_.items[i].first.as_text()) dict_.by_text.emplace(name->bytes(), i);
  }
}

Dict DictBuilder::take() { return std::move(dict_); }

const Value* Namespace::find(std::string_view name) const {
  const auto found = std::find_if(attributes.begin(), attributes.end(), [&](const auto& a) { return a.first == name; });
  return found == attributes.end() ? nullptr : &found->second;
}

void Namespace::set(std::string_view name, Value value) {
  if (const Value* old = find(name)) *const_cast<Value*>(old) = std::move(value);
  else attributes.emplace_back(std::string(name), std::move(value));
}

bool equal(const Value& a, const Value& b) {
  if (const auto x = a.as_int(), y = b.as_int(); x && y) return *x == *y;
  if (const auto x = a.as_number(), y = b.as_number(); x && y) return *x == *y;
  if (const Text* x = a.as_text(), *y = b.as_text(); x && y) return x->bytes() == y->bytes();
  if (const Sequence* x = a.as_sequence(), *y = b.as_sequence(); x && y) {
    if (x == y) return true;
    if (x->kind != y->kind || x->kind >= SequenceKind::kValues) return false;
    return std::equal(x->items.begin(), x->items.end(), y->items.begin(), y->items.end(), equal);
  }
  if (const Dict* x = a.as_dict(), *y = b.as_dict(); x && y) return x == y || equal_dicts(*x, *y);
  if (a.is_undefined() || a.is_none()) return a.is_undefined() == b.is_undefined() && a.is_none() == b.is_none();
  return a.same_object(b) && !a.as_number() && !a.as_text();
}

bool truthy(const Value& value) {
  if (const bool* flag = value.as_bool()) return *flag;
  if (const auto number = value.as_number()) return *number != 0;
  if (const Text* text = value.as_text()) return !text->empty();
  if (const Sequence* sequence = value.as_sequence()) {
    return sequence->kind == SequenceKind::kGenerator || !sequence->items.empty();
  }
  if (const Dict* dict = value.as_dict()) return !dict->items.empty();
  return !value.is_undefined() && !value.is_none();
}

std::string_view type_name(const Value& value) {
  if (value.is_undefined()) return "Undefined";
  if (value.is_none()) return "NoneType";
  if (value.as_bool()) return "bool";
  if (value.as_int()) return "int";
  if (value.as_float()) return "float";
  if (value.as_text()) return "str";
  if (value.as_dict()) return "dict";
  if (value.as_namespace()) return "Namespace";
  if (value.as_loop()) return "LoopContext";
  if (const Sequence* sequence = value.as_sequence()) {
    constexpr std::string_view kNames[] = {"list",        "tuple",      "range",    "dict_keys",
                                           "dict_values", "dict_items", "generator"};
    return kNames[static_cast<size_t>(sequence->kind)];
  }
  return "function";
}

}  // namespace ondol::jinja
