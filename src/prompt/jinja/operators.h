// Python's operators on values.
#pragma once

#include "prompt/jinja/ast.h"
#include "prompt/jinja/interpreter.h"

namespace ondol::jinja {

// All fail with kBadInput where Python raises.
Result<Value> binary_operation(Interpreter& interpreter, Operator op, const Value& a, const Value& b);
Result<Value> unary_operation(Interpreter& interpreter, Operator op, const Value& a);
Result<bool> comparison(Interpreter& interpreter, Operator op, const Value& a, const Value& b);
// a < b
Result<bool> less(Interpreter& interpreter, const Value& a, const Value& b);
// item in container
Result<bool> contains(Interpreter& interpreter, const Value& container, const Value& item);

}  // namespace ondol::jinja
