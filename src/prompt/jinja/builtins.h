// What a template finds ready: filters, tests, methods of values, functions.
#pragma once

#include <optional>
#include <string_view>

#include "prompt/jinja/callable.h"

namespace ondol::jinja {

using Test = Result<bool> (*)(Interpreter& interpreter, const Value& value, const Arguments& arguments);

// Null where there is none of that name.
Native find_filter(std::string_view name);
Test find_test(std::string_view name);
Native find_function(std::string_view name);

// The method `name` of a text, list, dict …; one that would change it is undefined with a reason.  Nothing where the
// type has no such attribute.
std::optional<Value> find_method(const Value& self, std::string_view name);

}  // namespace ondol::jinja
