// Tool calls: how each family of models writes "call this function with these arguments", and reading it back.
//
// A family's way of writing is data, ToolCallSyntax: the parser reads generated text by it, and what holds a model to
// a tool's schema while it generates is built from it, too.  Families differ in marks and order only; the arguments
// are always one JSON object (LFM2 excepted, which writes a Python call).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ondol {

enum class CallPartKind {
  kLiteral,    // `text`, byte for byte; white space in it is what the family's template writes, models may vary it
  kName,       // the tool's name, bare
  kArguments,  // a JSON object that obeys the tool's parameters
  kPythonArguments,  // name="value", …: Python keyword arguments
  kCallId,           // any text without '<', '[', '"' and white space that names this call; made up by the model
};

struct CallPart {
  CallPartKind kind;
  std::string_view text = {};  // of kLiteral
};

// A message that calls tools:  begin call (separator call)* end.
// `begin` starts with `trigger`, the shortest text that tells calls from an answer.  Where `trigger` is empty, a
// message that calls is told from another only by being one from its first character on (Llama 3's bare JSON object).
// Control tokens stand in these texts as the vocabulary spells them.
struct ToolCallSyntax {
  std::string_view name;
  std::string_view trigger;
  std::string_view begin;
  std::vector<CallPart> call;
  std::string_view separator;
  std::string_view end;
  bool several = true;  // more than one call in a message
  // How the family's templates take calls of earlier turns: arguments as text instead of an object, and no content at
  // all (null) beside calls.
  bool text_arguments = false, null_content = false;
};

// A function the model may call, as OpenAI's "tools" describe it.
struct ToolDefinition {
  std::string name;
  std::string parameters;  // JSON Schema of the arguments, JSON text; "{}" where none was given
};

// All syntaxes.  Lives as long as the process.
std::span<const ToolCallSyntax> tool_call_syntaxes();
// The syntax of that name, or null.
const ToolCallSyntax* find_tool_call_syntax(std::string_view name);

// The syntax a chat template (its Jinja text) asks its model to write, or null when it knows no tools.
const ToolCallSyntax* recognize_tool_call_syntax(std::string_view jinja);

// Reads {"type": "function", "function": {…}} objects, or bare function objects, from a JSON list.  Fails with
// kBadInput, naming the entry.
Result<std::vector<ToolDefinition>> read_tool_definitions(std::string_view json);

// One call as the model wrote it.
struct ToolCall {
  std::string name;
  std::string arguments;  // JSON text of an object
  std::string id;         // "" where the family has none
  bool operator==(const ToolCall&) const = default;
};

}  // namespace ondol
