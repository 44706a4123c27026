// The functions a template finds as names: range, namespace, dict, cycler, joiner, raise_exception, strftime_now.
#include <algorithm>

#include "base/utf8.h"
#include "prompt/jinja/builtins.h"
#include "prompt/jinja/interpreter.h"
#include "prompt/jinja/python_text.h"

namespace ondol::jinja {
namespace {

constexpr int64_t kMaxRange = 100'000;  // as in Jinja's sandbox

Result<Value> make_range(Interpreter& interpreter, const Value&, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "range", arguments, "start stop step", 1));
  int64_t bounds[3] = {0, 0, 1};
  for (size_t i = 0; i < 3; ++i) {
    if (!given.at(i)) continue;
    const auto number = given.at(i)->as_int();
    if (given.at(i)->is_undefined()) return interpreter.fail(msg::kTemplateReason, given.at(i)->undefined_reason());
    if (!number) return interpreter.fail(msg::kTemplateWrongType, "int", type_name(*given.at(i)));
    bounds[i] = *number;
  }
  if (!given.at(1)) std::swap(bounds[0], bounds[1]);
  const auto [begin, end, step] = bounds;
  if (step == 0) return interpreter.fail(msg::kTemplateSliceStep);
  ValueList items;
  for (int64_t i = begin; step > 0 ? i < end : i > end;) {
    if (std::ssize(items) == kMaxRange) return interpreter.fail(msg::kTemplateRange, kMaxRange);
    items.emplace_back(i);
    if (__builtin_add_overflow(i, step, &i)) break;
  }
  TRY(interpreter.runtime().spend_steps(std::ssize(items)));
  return interpreter.make_sequence(SequenceKind::kRange, std::move(items));
}

// dict(mapping or pairs, name=value, …)
Result<Value> make_dict(Interpreter& interpreter, const Value&, const Arguments& arguments) {
  DictBuilder builder;
  if (arguments.positional.size() > 1) return interpreter.fail(msg::kTemplateTooManyArguments, "dict", 1);
  for (const Value& source : arguments.positional) {
    if (const Dict* dict = source.as_dict()) {
      for (const auto& [key, value] : dict->items) TRY(interpreter.set_pair(builder, key, value));
      continue;
    }
    TRY(const ValueList pairs, interpreter.iterate(source));
    for (const Value& pair : pairs) {
      TRY(const ValueList parts, interpreter.iterate(pair));
      if (parts.size() != 2) return interpreter.fail(msg::kTemplateUnpack, parts.size(), 2);
      TRY(interpreter.set_pair(builder, parts[0], parts[1]));
    }
  }
  for (const auto& [name, value] : arguments.named) TRY(interpreter.set_pair(builder, Value::text(name), value));
  return interpreter.make_dict(std::move(builder));
}

Result<Value> make_namespace(Interpreter& interpreter, const Value& self, const Arguments& arguments) {
  TRY(const Value attributes, make_dict(interpreter, self, arguments));
  TRY(interpreter.runtime().spend_bytes(static_cast<int64_t>(sizeof(Namespace))));
  Namespace* const space = interpreter.make_namespace();
  for (const auto& [key, value] : attributes.as_dict()->items) {
    TRY(const Text name, to_text(interpreter, key));
    if (name.bytes().starts_with('_')) return interpreter.fail(msg::kTemplateUnsafeName, name.bytes());
    space->set(name.bytes(), value);
  }
  return Value(space);
}

Result<Value> make_cycler(Interpreter& interpreter, const Value&, const Arguments& arguments) {
  if (arguments.positional.empty()) return interpreter.fail(msg::kTemplateMissingArgument, "cycler", "*");
  auto cycler = std::make_shared<Callable>();
  cycler->name = "cycler";
  cycler->is_object = true;
  TRY(cycler->self, interpreter.make_sequence(SequenceKind::kTuple, arguments.positional));
  cycler->depth = cycler->self.depth() + 1;
  return Value(std::shared_ptr<const Callable>(std::move(cycler)));
}

// Nothing the first time, then the separator.  Its `self` counts the calls and holds the separator in a tuple.
Result<Value> call_joiner(Interpreter&, const Value& self, const Arguments&) {
  const Callable& state = *self.as_callable();
  if (state.position++ == 0) return Value(Text());
  return state.self.as_sequence()->items.front();
}

Result<Value> make_joiner(Interpreter& interpreter, const Value&, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "joiner", arguments, "sep"));
  auto state = std::make_shared<Callable>();
  TRY(state->self, interpreter.make_sequence(SequenceKind::kTuple, {given.at(0) ? *given.at(0) : Value::text(", ")}));
  state->depth = state->self.depth() + 1;
  auto joiner = std::make_shared<Callable>();
  joiner->name = "joiner";
  joiner->is_object = true;
  joiner->native = call_joiner;
  joiner->depth = state->depth + 1;
  joiner->self = Value(std::shared_ptr<const Callable>(std::move(state)));
  return Value(std::shared_ptr<const Callable>(std::move(joiner)));
}

Result<Value> raise_exception(Interpreter& interpreter, const Value&, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "raise_exception", arguments, "message", 1));
  TRY(const Text message, to_text(interpreter, *given.at(0)));
  return interpreter.fail(msg::kTemplateRaised, message.bytes());
}

Result<Value> strftime_now(Interpreter& interpreter, const Value&, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "strftime_now", arguments, "format", 1));
  const Text* const format = given.at(0)->as_text();
  if (!format) return interpreter.fail(msg::kTemplateWrongType, "str", type_name(*given.at(0)));
  constexpr size_t kMaxFormat = 200;
  char shown[2048];
  // a byte in front tells an empty result from one that did not fit
  const std::string pattern = "." + std::string(format->bytes());
  if (pattern.size() > kMaxFormat) return interpreter.fail(msg::kTemplateFormat, printable(pattern));
  const size_t n = std::strftime(shown, sizeof shown, pattern.c_str(), &interpreter.runtime().now);
  if (n == 0) return interpreter.fail(msg::kTemplateFormat, printable(pattern));
  return Value::text(std::string_view(shown + 1, n - 1));
}

struct Function {
  std::string_view name;
  Native native;
};
constexpr Function kFunctions[] = {{"range", make_range},         {"dict", make_dict},
                                   {"namespace", make_namespace}, {"cycler", make_cycler},
                                   {"joiner", make_joiner},       {"raise_exception", raise_exception},
                                   {"strftime_now", strftime_now}};

}  // namespace

Native find_function(std::string_view name) {
  for (const Function& function : kFunctions) {
    if (function.name == name) return function.native;
  }
  return nullptr;
}

}  // namespace ondol::jinja
