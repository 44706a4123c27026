// Tests: what stands behind `is`.  Source: Jinja 3.1, "List of Builtin Tests".
#include <algorithm>

#include "prompt/jinja/builtins.h"
#include "prompt/jinja/interpreter.h"
#include "prompt/jinja/operators.h"
#include "prompt/jinja/python_text.h"
#include "prompt/jinja/text_methods.h"

namespace ondol::jinja {
namespace {

// A test that only looks at the value.
template <bool (*holds)(const Value&)>
Result<bool> plain(Interpreter& interpreter, const Value& value, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "is", arguments, ""));
  return holds(value);
}

bool is_defined(const Value& value) { return !value.is_undefined(); }
bool is_undefined(const Value& value) { return value.is_undefined(); }
bool is_none(const Value& value) { return value.is_none(); }
bool is_boolean(const Value& value) { return value.as_bool() != nullptr; }
bool is_true(const Value& value) { return value.as_bool() && *value.as_bool(); }
bool is_false(const Value& value) { return value.as_bool() && !*value.as_bool(); }
bool is_integer(const Value& value) { return value.is<int64_t>(); }
bool is_float(const Value& value) { return value.as_float() != nullptr; }
bool is_number(const Value& value) { return value.as_number().has_value(); }
bool is_string(const Value& value) { return value.as_text() != nullptr; }
bool is_mapping(const Value& value) { return value.as_dict() != nullptr; }
bool is_escaped(const Value& value) { return value.as_text() && value.as_text()->is_markup(); }
bool is_callable(const Value& value) {
  const Callable* callable = value.as_callable();
  return value.is_undefined() || value.as_loop() || (callable && (callable->native || !callable->is_object));
}
bool is_iterable(const Value& value) {
  return value.as_text() || value.as_dict() || value.as_sequence() || value.as_loop() || value.is_undefined();
}
bool is_sequence(const Value& value) {
  const Sequence* sequence = value.as_sequence();
  return value.as_text() || value.as_dict() || value.is_undefined() ||
         (sequence && sequence->kind <= SequenceKind::kRange);
}

template <bool (*holds)(std::string_view)>
Result<bool> on_text(Interpreter& interpreter, const Value& value, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "is", arguments, ""));
  TRY(const Text text, to_text(interpreter, value));
  return holds(text.bytes());
}

Result<bool> divides(Interpreter& interpreter, const Value& value, const Value& by, int64_t rest) {
  TRY(const Value left, binary_operation(interpreter, Operator::kModulo, value, by));
  return equal(left, Value(rest));
}
Result<bool> is_odd(Interpreter& interpreter, const Value& value, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "odd", arguments, ""));
  return divides(interpreter, value, Value(2), 1);
}
Result<bool> is_even(Interpreter& interpreter, const Value& value, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "even", arguments, ""));
  return divides(interpreter, value, Value(2), 0);
}
Result<bool> is_divisible(Interpreter& interpreter, const Value& value, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "divisibleby", arguments, "num", 1));
  return divides(interpreter, value, *given.at(0), 0);
}

template <Operator op>
Result<bool> compares(Interpreter& interpreter, const Value& value, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "is", arguments, "other", 1));
  return comparison(interpreter, op, value, *given.at(0));
}

Result<bool> is_same(Interpreter& interpreter, const Value& value, const Arguments& arguments) {
  TRY(const Parameters given, Parameters::bind(interpreter, "sameas", arguments, "other", 1));
  const Value& other = *given.at(0);
  const bool scalar = value.is_none() || value.as_number() || value.as_text();
  if (!scalar) return value.same_object(other);
  return type_name(value) == type_name(other) && equal(value, other);
}

Result<bool> is_filter(Interpreter& interpreter, const Value& value, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "filter", arguments, ""));
  return value.as_text() && find_filter(value.as_text()->bytes());
}
Result<bool> is_test(Interpreter& interpreter, const Value& value, const Arguments& arguments) {
  TRY(Parameters::bind(interpreter, "test", arguments, ""));
  return value.as_text() && find_test(value.as_text()->bytes());
}

struct NamedTest {
  std::string_view name;
  Test test;
};
constexpr NamedTest kTests[] = {
    {"defined", plain<is_defined>},
    {"undefined", plain<is_undefined>},
    {"none", plain<is_none>},
    {"boolean", plain<is_boolean>},
    {"true", plain<is_true>},
    {"false", plain<is_false>},
    {"integer", plain<is_integer>},
    {"float", plain<is_float>},
    {"number", plain<is_number>},
    {"string", plain<is_string>},
    {"mapping", plain<is_mapping>},
    {"sequence", plain<is_sequence>},
    {"iterable", plain<is_iterable>},
    {"callable", plain<is_callable>},
    {"escaped", plain<is_escaped>},
    {"lower", on_text<is_lower_text>},
    {"upper", on_text<is_upper_text>},
    {"odd", is_odd},
    {"even", is_even},
    {"divisibleby", is_divisible},
    {"sameas", is_same},
    {"filter", is_filter},
    {"test", is_test},
    {"in", compares<Operator::kIn>},
    {"==", compares<Operator::kEqual>},
    {"eq", compares<Operator::kEqual>},
    {"equalto", compares<Operator::kEqual>},
    {"!=", compares<Operator::kNotEqual>},
    {"ne", compares<Operator::kNotEqual>},
    {"<", compares<Operator::kLess>},
    {"lt", compares<Operator::kLess>},
    {"lessthan", compares<Operator::kLess>},
    {"<=", compares<Operator::kLessEqual>},
    {"le", compares<Operator::kLessEqual>},
    {">", compares<Operator::kGreater>},
    {"gt", compares<Operator::kGreater>},
    {"greaterthan", compares<Operator::kGreater>},
    {">=", compares<Operator::kGreaterEqual>},
    {"ge", compares<Operator::kGreaterEqual>},
};

}  // namespace

Test find_test(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kTests), std::end(kTests), [&](const NamedTest& t) { return t.name == name; });
  return found == std::end(kTests) ? nullptr : found->test;
}

}  // namespace ondol::jinja
