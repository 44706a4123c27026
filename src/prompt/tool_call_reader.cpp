#include "prompt/tool_call_reader.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

namespace ondol {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxDepth = 64;
constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kToUser = "all\n";  // Functionary: the recipient of what is for a person

void skip_space(std::string_view& text) { text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size())); }

// Takes one JSON object or list off the front.
std::optional<std::string_view> take_json(std::string_view& text) {
  skip_space(text);
  size_t depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
      continue;
    }
    if (c == '"') in_string = true;
    if ((c == '{' || c == '[') && ++depth > kMaxDepth) return std::nullopt;
    if ((c == '}' || c == ']') && (depth == 0 || --depth == 0)) {
      if (depth == 0 && i == 0) return std::nullopt;
      const std::string_view json = text.substr(0, i + 1);
      text.remove_prefix(i + 1);
      return json;
    }
    if (depth == 0 && !in_string) return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Json> parse(std::string_view json) {
  auto value = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

std::string dump(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

// {"name": …, "arguments": {…}} in any of the spellings that families use.
std::optional<ToolCall> read_object(const Json& object) {
  if (!object.is_object()) return std::nullopt;
  ToolCall call;
  for (const char* key : {"name", "tool_name", "function"}) {
    if (object.contains(key) && object[key].is_string()) call.name = object[key].get<std::string>();
    if (!call.name.empty()) break;
  }
  if (call.name.empty()) return std::nullopt;
  for (const char* key : {"arguments", "parameters"}) {
    if (!object.contains(key)) continue;
    // some write the arguments as JSON inside a text
    std::optional<Json> arguments = object[key];
    if (arguments->is_string()) {
      const auto text = arguments->get<std::string>();
      std::string_view rest = text;
      const auto inner = take_json(rest);
      arguments = inner ? parse(*inner) : std::nullopt;
    }
    if (!arguments || !arguments->is_object()) return std::nullopt;
    call.arguments = dump(*arguments);
  }
  if (call.arguments.empty()) call.arguments = "{}";
  for (const char* key : {"id", "tool_call_id"}) {
    if (object.contains(key) && object[key].is_string()) call.id = object[key].get<std::string>();
  }
  return call;
}

// Calls as JSON objects, alone or in a list, with marks between.
std::optional<std::vector<ToolCall>> read_objects(std::string_view text) {
  std::vector<ToolCall> calls;
  for (;;) {
    const size_t begin = text.find_first_of("{[");
    if (begin == std::string_view::npos) break;
    std::string_view rest = text.substr(begin);
    const auto json = take_json(rest);
    const auto value = json ? parse(*json) : std::nullopt;
    if (!value) {
      text.remove_prefix(begin + 1);  // a bracket of a mark, as in "[TOOL_CALLS]"
      continue;
    }
    text = rest;
    const std::vector<Json> objects = value->is_array() ? value->get<std::vector<Json>>() : std::vector<Json>{*value};
    for (const Json& object : objects) {
      auto call = read_object(object);
      if (!call) return std::nullopt;
      calls.push_back(std::move(*call));
    }
  }
  if (calls.empty()) return std::nullopt;
  return calls;
}

// A Python literal -> JSON: quotes, True, False and None are spelt anew.
std::string python_to_json(std::string_view text) {
  std::string json;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\'' || c == '"') {
      std::string value;
      for (++i; i < text.size() && text[i] != c; ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
          const char escaped = text[++i];
          value += escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped;
        } else {
          value += text[i];
        }
      }
      json += dump(Json(value));
    } else if (text.substr(i).starts_with("True")) {
      json += "true";
      i += 3;
    } else if (text.substr(i).starts_with("False")) {
      json += "false";
      i += 4;
    } else if (text.substr(i).starts_with("None")) {
      json += "null";
      i += 3;
    } else {
      json += c == '(' ? '[' : c == ')' ? ']' : c;
    }
  }
  return json;
}

// Where a Python argument ends: a comma or closing bracket outside quotes and brackets.
size_t python_value_end(std::string_view text) {
  size_t depth = 0;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote) {
      if (c == '\\') ++i;
      else if (c == quote) quote = 0;
      continue;
    }
    if (c == '\'' || c == '"') quote = c;
    if (c == '[' || c == '{' || c == '(') ++depth;
    const bool closes = c == ']' || c == '}' || c == ')';
    if (depth == 0 && (closes || c == ',')) return i;
    if (closes) --depth;
  }
  return std::string_view::npos;
}

// [name(key=value, …), …]
std::optional<std::vector<ToolCall>> read_python_calls(std::string_view text) {
  std::vector<ToolCall> calls;
  skip_space(text);
  if (text.starts_with('[')) text.remove_prefix(1);
  for (;;) {
    skip_space(text);
    const size_t open = text.find('(');
    if (open == std::string_view::npos || open == 0) break;
    ToolCall call;
    call.name = text.substr(0, open);
    text.remove_prefix(open + 1);
    Json arguments = Json::object();
    for (skip_space(text); !text.starts_with(')'); skip_space(text)) {
      const size_t equals = text.find('=');
      if (equals == std::string_view::npos) return std::nullopt;
      const std::string key(text.substr(0, equals));
      text.remove_prefix(equals + 1);
      const size_t end = python_value_end(text);
      if (end == std::string_view::npos) return std::nullopt;
      const std::string json = "[" + python_to_json(text.substr(0, end)) + "]";
      std::string_view rest = json;
      const auto checked = take_json(rest);
      const auto value = checked ? parse(*checked) : std::nullopt;
      if (!value || value->size() != 1) return std::nullopt;
      arguments[key] = (*value)[0];
      text.remove_prefix(end);
      if (text.starts_with(',')) text.remove_prefix(1);
    }
    text.remove_prefix(1);
    call.arguments = dump(arguments);
    calls.push_back(std::move(call));
    skip_space(text);
    if (text.starts_with(',')) text.remove_prefix(1);
  }
  if (calls.empty()) return std::nullopt;
  return calls;
}

std::string_view trimmed(std::string_view text) {
  skip_space(text);
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

// Takes `literal` off the front, or nothing; white space in either counts for nothing.
bool take_literal(std::string_view& text, std::string_view literal) {
  std::string_view rest = text;
  for (skip_space(literal); !literal.empty(); skip_space(literal)) {
    skip_space(rest);
    if (rest.empty() || rest.front() != literal.front()) return false;
    rest.remove_prefix(1);
    literal.remove_prefix(1);
  }
  text = rest;
  return true;
}

// One call, part by part.
std::optional<ToolCall> take_call(const ToolCallSyntax& syntax, std::string_view& text) {
  ToolCall call;
  for (size_t i = 0; i < syntax.call.size(); ++i) {
    const CallPart& part = syntax.call[i];
    if (part.kind == CallPartKind::kLiteral) {
      // an id is often left out
      const bool before_id = i + 1 < syntax.call.size() && syntax.call[i + 1].kind == CallPartKind::kCallId;
      if (take_literal(text, part.text)) continue;
      if (!before_id) return std::nullopt;
      ++i;
    } else if (part.kind == CallPartKind::kArguments) {
      const auto json = take_json(text);
      const auto value = json ? parse(*json) : std::nullopt;
      if (!value || !value->is_object()) return std::nullopt;
      call.arguments = dump(*value);
    } else {
      // up to where the next part begins
      const std::string_view next = i + 1 < syntax.call.size() ? syntax.call[i + 1].text : std::string_view();
      const std::string_view mark = trimmed(next).empty() ? next : trimmed(next);
      size_t end = std::min(text.find(mark.substr(0, 1)), text.size());
      if (part.kind == CallPartKind::kName) end = std::min(end, text.find_first_of("<[{ \n"));
      (part.kind == CallPartKind::kName ? call.name : call.id) = trimmed(text.substr(0, end));
      text.remove_prefix(std::min(end, text.size()));
    }
  }
  if (call.name.empty()) return std::nullopt;
  return call;
}

std::optional<std::vector<ToolCall>> read_parts(const ToolCallSyntax& syntax, std::string_view text) {
  std::vector<ToolCall> calls;
  if (!take_literal(text, syntax.begin)) return std::nullopt;
  for (;;) {
    auto call = take_call(syntax, text);
    if (!call) break;
    calls.push_back(std::move(*call));
    if (!take_literal(text, syntax.separator)) break;
  }
  if (calls.empty()) return std::nullopt;
  return calls;
}

bool is_functionary(const ToolCallSyntax& syntax) { return syntax.separator == ">>>"; }

}  // namespace

std::optional<std::vector<ToolCall>> read_tool_calls(const ToolCallSyntax& syntax, std::string_view text) {
  if (syntax.call.front().kind == CallPartKind::kName && syntax.call.back().text == ")") {
    text.remove_prefix(std::min(syntax.trigger.size(), text.size()));
    return read_python_calls(text);
  }
  const bool is_object = syntax.call.front().text.starts_with('{');
  if (!is_object) return read_parts(syntax, text);
  text.remove_prefix(std::min(syntax.trigger.size(), text.size()));
  return read_objects(text);
}

bool can_be_bare_call(const ToolCallSyntax& syntax, std::string_view beginning) {
  skip_space(beginning);
  if (beginning.empty()) return true;
  if (is_functionary(syntax)) return !beginning.starts_with(kToUser);
  constexpr std::string_view kPythonTag = "<|python_tag|>";
  return beginning.front() == '{' || beginning.starts_with(kPythonTag) || kPythonTag.starts_with(beginning);
}

std::string_view text_of_bare_answer(const ToolCallSyntax& syntax, std::string_view text) {
  std::string_view rest = text;
  skip_space(rest);
  if (!is_functionary(syntax) || !rest.starts_with(kToUser)) return text;
  return rest.substr(kToUser.size());
}

}  // namespace ondol
