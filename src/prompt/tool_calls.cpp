#include "prompt/tool_calls.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "prompt/jinja/json_value.h"
#include "prompt/prompt_messages.h"

namespace ondol {
namespace {

using enum CallPartKind;

// Sources: the chat templates the families publish, and the models' cards.
const std::vector<ToolCallSyntax>& syntaxes() {
  static const std::vector<ToolCallSyntax> table = {
      // Hermes 2 and 3, Qwen 2.5 and 3.
      {.name = "hermes",
       .trigger = "<tool_call>",
       .begin = "<tool_call>\n",
       .call = {{kLiteral, "{\"name\": \""}, {kName}, {kLiteral, "\", \"arguments\": "}, {kArguments}, {kLiteral, "}"}},
       .separator = "\n</tool_call>\n<tool_call>\n",
       .end = "\n</tool_call>"},
      // EXAONE 4, SmolLM3: the same on one line.
      {.name = "hermes-line",
       .trigger = "<tool_call>",
       .begin = "<tool_call>",
       .call = {{kLiteral, "{\"name\": \""}, {kName}, {kLiteral, "\", \"arguments\": "}, {kArguments}, {kLiteral, "}"}},
       .separator = "</tool_call>\n<tool_call>",
       .end = "</tool_call>"},
      {.name = "llama3",
       .trigger = "",
       .begin = "",
       .call =
           {{kLiteral, "{\"name\": \""}, {kName}, {kLiteral, "\", \"parameters\": "}, {kArguments}, {kLiteral, "}"}},
       .separator = "",
       .end = "",
       .several = false},
      // Mistral 7B v0.3 to Nemo.
      {.name = "mistral-list",
       .trigger = "[TOOL_CALLS]",
       .begin = "[TOOL_CALLS][",
       .call = {{kLiteral, "{\"name\": \""}, {kName}, {kLiteral, "\", \"arguments\": "}, {kArguments}, {kLiteral, "}"}},
       .separator = ", ",
       .end = "]"},
      // Mistral Small 3.2 on.
      {.name = "mistral-args",
       .trigger = "[TOOL_CALLS]",
       .begin = "[TOOL_CALLS]",
       .call = {{kName}, {kLiteral, "[CALL_ID]"}, {kCallId}, {kLiteral, "[ARGS]"}, {kArguments}},
       .separator = "[TOOL_CALLS]",
       .end = ""},
      {.name = "command-r-plus",
       .trigger = "Action:",
       .begin = "Action:\n```json\n[\n    ",
       .call = {{kLiteral, "{\n        \"tool_name\": \""},
                {kName},
                {kLiteral, "\",\n        \"parameters\": "},
                {kArguments},
                {kLiteral, "\n    }"}},
       .separator = ",\n    ",
       .end = "\n]```"},
      {.name = "command-r7b",
       .trigger = "<|START_ACTION|>",
       .begin = "<|START_ACTION|>[\n    ",
       .call = {{kLiteral, "{\"tool_call_id\": \""},
                {kCallId},
                {kLiteral, "\", \"tool_name\": \""},
                {kName},
                {kLiteral, "\", \"parameters\": "},
                {kArguments},
                {kLiteral, "}"}},
       .separator = ",\n    ",
       .end = "\n]<|END_ACTION|>"},
      // Functionary 3.1, on Llama 3.1.
      {.name = "functionary-3.1",
       .trigger = "<function=",
       .begin = "<function=",
       .call = {{kName}, {kLiteral, ">"}, {kArguments}, {kLiteral, "</function>"}},
       .separator = "<function=",
       .end = "",
       .text_arguments = true},
      // Functionary 3.2: the prompt ends with ">>>"; the recipient "all" is the user.
      {.name = "functionary-3.2",
       .trigger = "",
       .begin = "",
       .call = {{kName}, {kLiteral, "\n"}, {kArguments}},
       .separator = ">>>",
       .end = "",
       .text_arguments = true},
      {.name = "firefunction",
       .trigger = "functools[",
       .begin = "functools[",
       .call = {{kLiteral, "{\"name\": \""}, {kName}, {kLiteral, "\", \"arguments\": "}, {kArguments}, {kLiteral, "}"}},
       .separator = ", ",
       .end = "]",
       .text_arguments = true},
      // gpt-oss: a message in the commentary channel with a recipient.
      {.name = "harmony",
       .trigger = "<|channel|>commentary to=functions.",
       .begin = "<|channel|>commentary to=functions.",
       .call = {{kName}, {kLiteral, " <|constrain|>json<|message|>"}, {kArguments}},
       .separator = "",
       .end = "<|call|>",
       .several = false},
      {.name = "granite",
       .trigger = "<|tool_call|>",
       .begin = "<|tool_call|>[",
       .call = {{kLiteral, "{\"name\": \""}, {kName}, {kLiteral, "\", \"arguments\": "}, {kArguments}, {kLiteral, "}"}},
       .separator = ", ",
       .end = "]"},
      // HyperCLOVA X SEED: the turn names its channel.
      {.name = "hyperclovax",
       .trigger = " -> tool/function_call\n",
       .begin = " -> tool/function_call\n[",
       .call = {{kLiteral, "{\"name\": \""}, {kName}, {kLiteral, "\", \"arguments\": "}, {kArguments}, {kLiteral, "}"}},
       .separator = ", ",
       .end = "]"},
      {.name = "deepseek",
       .trigger = "<｜tool▁calls▁begin｜>",
       .begin = "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>",
       .call = {{kName}, {kLiteral, "\n```json\n"}, {kArguments}, {kLiteral, "\n```<｜tool▁call▁end｜>"}},
       .separator = "\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>",
       .end = "<｜tool▁calls▁end｜>",
       .text_arguments = true,
       .null_content = true},
      {.name = "solar-open",
       .trigger = "<|tool_calls|>",
       .begin = "<|tool_calls|>",
       .call = {{kLiteral, "<|tool_call:begin|>"},
                {kCallId},
                {kLiteral, "<|tool_call:name|>"},
                {kName},
                {kLiteral, "<|tool_call:args|>"},
                {kArguments},
                {kLiteral, "<|tool_call:end|>"}},
       .separator = "",
       .end = "<|calls|>"},
      {.name = "lfm2",
       .trigger = "<|tool_call_start|>",
       .begin = "<|tool_call_start|>[",
       .call = {{kName}, {kLiteral, "("}, {kPythonArguments}, {kLiteral, ")"}},
       .separator = ", ",
       .end = "]<|tool_call_end|>"},
  };
  return table;
}

// What a template contains that asks for a syntax; the first that fits counts.
struct Marker {
  std::string_view text, syntax;
};
constexpr Marker kMarkers[] = {
    {"<|tool_call:begin|>", "solar-open"},
    {"<｜tool▁calls▁begin｜>", "deepseek"},
    {"<|START_ACTION|>", "command-r7b"},
    {"\"tool_name\"", "command-r-plus"},
    {"<function=", "functionary-3.1"},
    {">>>${recipient}", "functionary-3.2"},
    {"functools[", "firefunction"},
    {"to=functions", "harmony"},
    {"\"functions.\"", "harmony"},
    {"<|tool_call|>", "granite"},
    {"tool/function_call", "hyperclovax"},
    {"[ARGS]", "mistral-args"},
    {"[TOOL_CALLS]", "mistral-list"},
    {"List of tools: ", "lfm2"},
    {"<|tool_call_start|>", "lfm2"},
    {"<tool_call>\\n", "hermes"},
    {"<tool_call>\n", "hermes"},
    {"<tool_call>", "hermes-line"},
    {"\"parameters\": dictionary of argument name", "llama3"},
    {"<|python_tag|>", "llama3"},
};

}  // namespace

std::span<const ToolCallSyntax> tool_call_syntaxes() { return syntaxes(); }

const ToolCallSyntax* find_tool_call_syntax(std::string_view name) {
  const auto found =
      std::find_if(syntaxes().begin(), syntaxes().end(), [&](const auto& syntax) { return syntax.name == name; });
  return found == syntaxes().end() ? nullptr : &*found;
}

const ToolCallSyntax* recognize_tool_call_syntax(std::string_view jinja) {
  for (const Marker& marker : kMarkers) {
    if (jinja.find(marker.text) != std::string_view::npos) return find_tool_call_syntax(marker.syntax);
  }
  return nullptr;
}

Result<std::vector<ToolDefinition>> read_tool_definitions(std::string_view json) {
  TRY(jinja::read_json_value(json, jinja::kFromInput, "tools"));  // bounds how deep it is
  const auto list = nlohmann::ordered_json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!list.is_array()) return fail(ErrorKind::kBadInput, msg::kToolsNotAList);
  std::vector<ToolDefinition> tools;
  for (const auto& entry : list) {
    const auto& function = entry.is_object() && entry.contains("function") ? entry["function"] : entry;
    const bool named = function.is_object() && function.contains("name") && function["name"].is_string();
    if (!named) return fail(ErrorKind::kBadInput, msg::kToolWithoutName, tools.size() + 1);
    const auto parameters = function.find("parameters");
    const bool has_parameters = parameters != function.end() && !parameters->is_null();
    if (has_parameters && !parameters->is_object() && !parameters->is_boolean()) {
      return fail(ErrorKind::kBadInput, msg::kToolParametersNotASchema, function["name"].get<std::string>());
    }
    tools.push_back(
        {function["name"].get<std::string>(),
         has_parameters ? parameters->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) : "{}"});
  }
  return tools;
}

}  // namespace ondol
