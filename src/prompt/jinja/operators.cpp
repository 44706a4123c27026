#include "prompt/jinja/operators.h"

#include <algorithm>
#include <cmath>

#include "prompt/jinja/python_text.h"

namespace ondol::jinja {
namespace {

std::string_view symbol(Operator op) {
  constexpr std::string_view kSymbols[] = {"",   "+",  "-", "*",  "/", "//", "%",  "**",
                                           "==", "!=", "<", "<=", ">", ">=", "in", "not in"};
  return kSymbols[static_cast<size_t>(op)];
}

tl::unexpected<Error> fail_types(Interpreter& interpreter, Operator op, const Value& a, const Value& b) {
  for (const Value* value : {&a, &b}) {
    if (value->is_undefined()) return interpreter.fail(msg::kTemplateReason, value->undefined_reason());
  }
  return interpreter.fail(msg::kTemplateOperands, symbol(op), type_name(a), type_name(b));
}

int64_t floor_divide(int64_t a, int64_t b) {
  const int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

double floor_modulo(double a, double b) {
  const double rest = std::fmod(a, b);
  if (rest != 0 && (rest < 0) != (b < 0)) return rest + b;
  return rest == 0 ? std::copysign(0.0, b) : rest;
}

double floor_divide(double a, double b) {
  const double quotient = (a - floor_modulo(a, b)) / b;
  const double floored = std::floor(quotient);
  return quotient - floored > 0.5 ? floored + 1 : floored;
}

bool integer_power(int64_t base, int64_t exponent, int64_t& result) {
  result = 1;
  while (exponent > 0) {
    if (exponent & 1) {
      if (__builtin_mul_overflow(result, base, &result)) return false;
    }
    exponent >>= 1;
    if (exponent > 0 && __builtin_mul_overflow(base, base, &base)) return false;
  }
  return true;
}

Result<Value> integer_operation(Interpreter& interpreter, Operator op, int64_t a, int64_t b) {
  const bool divides = op == Operator::kDivide || op == Operator::kFloorDivide || op == Operator::kModulo;
  if (divides && b == 0) return interpreter.fail(msg::kTemplateDivision);
  int64_t result = 0;
  bool fits = true;
  switch (op) {
    case Operator::kAdd:
      fits = !__builtin_add_overflow(a, b, &result);
      break;
    case Operator::kSubtract:
      fits = !__builtin_sub_overflow(a, b, &result);
      break;
    case Operator::kMultiply:
      fits = !__builtin_mul_overflow(a, b, &result);
      break;
    case Operator::kDivide:
      return Value(static_cast<double>(a) / static_cast<double>(b));
    case Operator::kFloorDivide:
      fits = b != -1 || !__builtin_sub_overflow(int64_t{0}, a, &result);
      if (fits) result = floor_divide(a, b);
      break;
    case Operator::kModulo:
      result = b == -1 ? 0 : a - floor_divide(a, b) * b;
      break;
    case Operator::kPower:
      if (b < 0 && a == 0) return interpreter.fail(msg::kTemplateDivision);
      if (b < 0) return Value(std::pow(static_cast<double>(a), static_cast<double>(b)));
      fits = integer_power(a, b, result);
      break;
    default:
      break;
  }
  if (!fits) return interpreter.fail(msg::kTemplateOverflow);
  return Value(result);
}

Result<Value> float_operation(Interpreter& interpreter, Operator op, double a, double b) {
  const bool divides = op == Operator::kDivide || op == Operator::kFloorDivide || op == Operator::kModulo;
  if (divides && b == 0) return interpreter.fail(msg::kTemplateDivision);
  switch (op) {
    case Operator::kAdd:
      return Value(a + b);
    case Operator::kSubtract:
      return Value(a - b);
    case Operator::kMultiply:
      return Value(a * b);
    case Operator::kDivide:
      return Value(a / b);
    case Operator::kFloorDivide:
      return Value(floor_divide(a, b));
    case Operator::kModulo:
      return Value(floor_modulo(a, b));
    default:
      break;
  }
  const double power = std::pow(a, b);
  // Python raises, or leaves the real numbers
  if (!std::isfinite(power) && std::isfinite(a) && std::isfinite(b)) return interpreter.fail(msg::kTemplateOverflow);
  return Value(power);
}

Result<Value> add_texts(Interpreter& interpreter, const Text& a, const Text& b) {
  TextBuilder out(interpreter.runtime());
  const bool markup = a.is_markup() || b.is_markup();
  for (const Text* text : {&a, &b}) {
    if (markup && !text->is_markup()) {
      TRY(const Text escaped, escape_html(interpreter, *text));
      out.append(escaped);
    } else {
      out.append(*text);
    }
  }
  TRY(const Text joined, out.take());
  return Value(joined.as_markup(markup));
}

Result<Value> repeat(Interpreter& interpreter, const Value& what, int64_t n) {
  if (const Text* text = what.as_text()) {
    TextBuilder out(interpreter.runtime());
    out.repeat(*text, n);
    TRY(const Text repeated, out.take());
    return Value(repeated.as_markup(text->is_markup()));
  }
  const Sequence& sequence = *what.as_sequence();
  const int64_t n_items = std::ssize(sequence.items);
  ValueList items;
  for (int64_t i = 0; i < n && n_items > 0; ++i) {
    TRY(interpreter.runtime().spend_steps(n_items));
    TRY(interpreter.runtime().spend_bytes(n_items * static_cast<int64_t>(sizeof(Value))));
    items.insert(items.end(), sequence.items.begin(), sequence.items.end());
  }
  return interpreter.make_sequence(sequence.kind, std::move(items));
}

bool is_list_or_tuple(const Value& value) {
  const Sequence* sequence = value.as_sequence();
  return sequence && sequence->kind <= SequenceKind::kTuple;
}

}  // namespace

Result<Value> binary_operation(Interpreter& interpreter, Operator op, const Value& a, const Value& b) {
  if (const auto x = a.as_int(), y = b.as_int(); x && y) return integer_operation(interpreter, op, *x, *y);
  if (const auto x = a.as_number(), y = b.as_number(); x && y) return float_operation(interpreter, op, *x, *y);
  const Text *const left = a.as_text(), *const right = b.as_text();
  if (op == Operator::kAdd) {
    if (left && right) return add_texts(interpreter, *left, *right);
    if (is_list_or_tuple(a) && is_list_or_tuple(b) && a.as_sequence()->kind == b.as_sequence()->kind) {
      ValueList items = a.as_sequence()->items;
      const ValueList& more = b.as_sequence()->items;
      items.insert(items.end(), more.begin(), more.end());
      TRY(interpreter.runtime().spend_steps(std::ssize(items) / 16));
      return interpreter.make_sequence(a.as_sequence()->kind, std::move(items));
    }
  }
  if (op == Operator::kMultiply) {
    if ((left || is_list_or_tuple(a)) && b.as_int()) return repeat(interpreter, a, *b.as_int());
    if ((right || is_list_or_tuple(b)) && a.as_int()) return repeat(interpreter, b, *a.as_int());
  }
  if (op == Operator::kModulo && left) {
    TRY(Text text, percent_format(interpreter, *left, b));
    return Value(std::move(text));
  }
  return fail_types(interpreter, op, a, b);
}

Result<Value> unary_operation(Interpreter& interpreter, Operator op, const Value& a) {
  const bool negative = op == Operator::kSubtract;
  if (const auto number = a.as_int()) {
    if (!negative) return Value(*number);
    return integer_operation(interpreter, Operator::kSubtract, 0, *number);
  }
  if (const double* number = a.as_float()) return Value(negative ? -*number : *number);
  if (a.is_undefined()) return interpreter.fail(msg::kTemplateReason, a.undefined_reason());
  return interpreter.fail(msg::kTemplateWrongType, symbol(op), type_name(a));
}

Result<bool> less(Interpreter& interpreter, const Value& a, const Value& b) {
  if (const auto x = a.as_int(), y = b.as_int(); x && y) return *x < *y;
  if (const auto x = a.as_number(), y = b.as_number(); x && y) return *x < *y;
  // UTF-8 sorts as its code points do
  if (const Text* x = a.as_text(), *y = b.as_text(); x && y) return x->bytes() < y->bytes();
  if (is_list_or_tuple(a) && is_list_or_tuple(b) && a.as_sequence()->kind == b.as_sequence()->kind) {
    const ValueList &x = a.as_sequence()->items, &y = b.as_sequence()->items;
    for (size_t i = 0; i < x.size() && i < y.size(); ++i) {
      TRY(interpreter.runtime().spend_steps(std::min(x[i].weight(), y[i].weight())));
      if (!equal(x[i], y[i])) return less(interpreter, x[i], y[i]);
    }
    return x.size() < y.size();
  }
  return fail_types(interpreter, Operator::kLess, a, b);
}

Result<bool> contains(Interpreter& interpreter, const Value& container, const Value& item) {
  Runtime& runtime = interpreter.runtime();
  if (const Text* text = container.as_text()) {
    const Text* const part = item.as_text();
    if (!part) return fail_types(interpreter, Operator::kIn, item, container);
    TRY(runtime.spend_steps(text->size_bytes() / 64));
    return text->bytes().find(part->bytes()) != std::string_view::npos;
  }
  if (const Dict* dict = container.as_dict()) {
    if (const Text* key = item.as_text()) return dict->find(key->bytes()) != nullptr;
  }
  TRY(const ValueList items, interpreter.iterate(container));
  TRY(runtime.spend_steps(container.weight()));
  for (const Value& candidate : items) {
    if (equal(candidate, item)) return true;
  }
  return false;
}

Result<bool> comparison(Interpreter& interpreter, Operator op, const Value& a, const Value& b) {
  Runtime& runtime = interpreter.runtime();
  TRY(runtime.spend_steps(std::min(a.weight(), b.weight())));
  switch (op) {
    case Operator::kEqual:
      return equal(a, b);
    case Operator::kNotEqual:
      return !equal(a, b);
    case Operator::kIn:
      return contains(interpreter, b, a);
    case Operator::kNotIn: {
      TRY(const bool found, contains(interpreter, b, a));
      return !found;
    }
    default:
      break;
  }
  const bool swaps = op == Operator::kGreater || op == Operator::kLessEqual;
  const bool has_equal = op == Operator::kLessEqual || op == Operator::kGreaterEqual;
  // nan is neither less nor greater
  if (const auto x = a.as_number(), y = b.as_number(); x && y && (std::isnan(*x) || std::isnan(*y))) return false;
  auto is_less = swaps ? less(interpreter, b, a) : less(interpreter, a, b);
  if (!is_less) return fail_types(interpreter, op, a, b);
  return has_equal ? !*is_less : *is_less;
}

}  // namespace ondol::jinja
