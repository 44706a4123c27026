// Values as text: Python's str() and repr(), json.dumps(), and its two ways of formatting.
#pragma once

#include "prompt/jinja/callable.h"
#include "prompt/jinja/interpreter.h"

namespace ondol::jinja {

// str(value)
Result<Text> to_text(Interpreter& interpreter, const Value& value);
Status append_text(Interpreter& interpreter, const Value& value, TextBuilder& out);
// repr(value)
Status append_repr(Interpreter& interpreter, const Value& value, TextBuilder& out);
// repr(number): the shortest digits that read back as the same number.
std::string float_repr(double number);

// json.dumps(value, …)
struct JsonStyle {
  bool ensure_ascii = false, sort_keys = false;
  bool indented = false;
  Text indent, item_separator, key_separator;
};
Status append_json(Interpreter& interpreter, const Value& value, const JsonStyle& style, TextBuilder& out);

// format % arguments
Result<Text> percent_format(Interpreter& interpreter, const Text& format, const Value& arguments);
// format.format(…)
Result<Text> brace_format(Interpreter& interpreter, const Text& format, const Arguments& arguments);

// The text in HTML: & < > " ' as entities.  Markup stays as it is.
Result<Text> escape_html(Interpreter& interpreter, const Text& text);

}  // namespace ondol::jinja
