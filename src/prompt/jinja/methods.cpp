// Methods of lists, dicts, loops and the objects templates make.
#include <algorithm>
#include <span>

#include "prompt/jinja/builtins.h"
#include "prompt/jinja/interpreter.h"
#include "prompt/jinja/text_methods.h"

namespace ondol::jinja {
namespace {

Result<Value> dict_get(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "get", arguments, "key default", 1));
  const Text* const key = given.at(0)->as_text();
  TRY(interpreter.runtime().spend_steps(key ? 1 : std::ssize(self.as_dict()->items)));
  const Value* found = key ? self.as_dict()->find(key->bytes()) : nullptr;
  for (size_t i = 0; !key && !found && i < self.as_dict()->items.size(); ++i) {
    const auto& pair = self.as_dict()->items[i];
    if (equal(pair.first, *given.at(0))) found = &pair.second;
  }
  if (found) return *found;
  return given.at(1) ? *given.at(1) : Value(None{});
}

template <SequenceKind kind>
Result<Value> dict_view(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "items", arguments, ""));
  ValueList items;
  for (const auto& [key, value] : self.as_dict()->items) {
    if (kind == SequenceKind::kItems) {
      TRY(Value pair, interpreter.make_sequence(SequenceKind::kTuple, {key, value}));
      items.push_back(std::move(pair));
    } else {
      items.push_back(kind == SequenceKind::kKeys ? key : value);
    }
  }
  return interpreter.make_sequence(kind, std::move(items));
}

Result<Value> copy(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "copy", arguments, ""));
  return self;  // nothing can change it
}

Result<Value> list_count(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "count", arguments, "value", 1));
  TRY(interpreter.runtime().spend_steps(self.weight()));
  const ValueList& items = self.as_sequence()->items;
  return Value(static_cast<int64_t>(
      std::count_if(items.begin(), items.end(), [&](const Value& item) { return equal(item, *given.at(0)); })));
}

Result<Value> list_index(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "index", arguments, "value", 1));
  TRY(interpreter.runtime().spend_steps(self.weight()));
  const ValueList& items = self.as_sequence()->items;
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const Value& item) { return equal(item, *given.at(0)); });
  if (found == items.end()) return interpreter.fail(msg::kTemplateNoSubstring);
  return Value(static_cast<int64_t>(found - items.begin()));
}

Result<Value> loop_cycle(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  if (arguments.positional.empty()) return interpreter.fail(msg::kTemplateMissingArgument, "cycle", "*");
  return arguments.positional[static_cast<size_t>(self.as_loop()->index0) % arguments.positional.size()];
}

Result<Value> loop_changed(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  Loop& loop = *self.as_loop();
  for (const Value& value : arguments.positional) TRY(interpreter.runtime().spend_steps(value.weight()));
  const bool same = loop.has_changed && std::equal(loop.last_changed.begin(), loop.last_changed.end(),
                                                   arguments.positional.begin(), arguments.positional.end(), equal);
  loop.has_changed = true;
  loop.last_changed = arguments.positional;
  return Value(!same);
}

// A cycler's `self` is the tuple of its items; the methods share its position.
const Callable& object(const Value& self) { return *self.as_callable(); }
Value cycler_item(const Callable& cycler) {
  const ValueList& items = cycler.self.as_sequence()->items;
  return items[static_cast<size_t>(cycler.position) % items.size()];
}
Result<Value> cycler_next(Interpreter&, const Value& self, const Arguments&) {
  Value item = cycler_item(object(self));
  ++object(self).position;
  return item;
}
Result<Value> cycler_reset(Interpreter&, const Value& self, const Arguments&) {
  object(self).position = 0;
  return Value(None{});
}

struct Method {
  std::string_view name;
  Native native;  // null: changes its object, which the sandbox forbids
};
constexpr Method kDictMethods[] = {{"get", dict_get},
                                   {"items", dict_view<SequenceKind::kItems>},
                                   {"keys", dict_view<SequenceKind::kKeys>},
                                   {"values", dict_view<SequenceKind::kValues>},
                                   {"copy", copy},
                                   {"clear", nullptr},
                                   {"pop", nullptr},
                                   {"popitem", nullptr},
                                   {"setdefault", nullptr},
                                   {"update", nullptr}};
constexpr Method kListMethods[] = {{"count", list_count}, {"index", list_index}, {"copy", copy},
                                   {"append", nullptr},   {"clear", nullptr},    {"extend", nullptr},
                                   {"insert", nullptr},   {"pop", nullptr},      {"remove", nullptr},
                                   {"reverse", nullptr},  {"sort", nullptr}};
constexpr Method kTupleMethods[] = {{"count", list_count}, {"index", list_index}};
constexpr Method kLoopMethods[] = {{"cycle", loop_cycle}, {"changed", loop_changed}};
constexpr Method kCyclerMethods[] = {{"next", cycler_next}, {"reset", cycler_reset}};

std::span<const Method> methods_of(const Value& self) {
  if (self.as_dict()) return kDictMethods;
  if (self.as_loop()) return kLoopMethods;
  if (const Callable* callable = self.as_callable(); callable && callable->is_object) {
    return callable->native ? std::span<const Method>() : kCyclerMethods;
  }
  const Sequence* sequence = self.as_sequence();
  if (!sequence || sequence->kind > SequenceKind::kRange) return {};
  return sequence->kind == SequenceKind::kList ? std::span<const Method>(kListMethods) : kTupleMethods;
}

Value bind_method(const Value& self, std::string_view name, Native native) {
  auto method = std::make_shared<Callable>();
  method->name = name;
  method->native = native;
  method->self = self;
  method->depth = self.depth() + 1;
  return Value(std::shared_ptr<const Callable>(std::move(method)));
}

}  // namespace

std::optional<Value> find_method(const Value& self, std::string_view name) {
  if (self.as_text()) {
    const Native native = find_text_method(name);
    return native ? std::optional(bind_method(self, name, native)) : std::nullopt;
  }
  for (const Method& method : methods_of(self)) {
    if (method.name != name) continue;
    if (method.native) return bind_method(self, name, method.native);
    return Value::undefined(format_message(msg::kTemplateImmutable, name, type_name(self)));
  }
  const Callable* const callable = self.as_callable();
  if (callable && callable->is_object && !callable->native && name == "current") return cycler_item(*callable);
  if (callable && callable->macro != NodeId::kNone && name == "name") return Value::text(callable->name);
  return std::nullopt;
}

}  // namespace ondol::jinja
