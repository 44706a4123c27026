#include "server/tool_choice.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "server/server_messages.h"

namespace ondol {

Json function_tool(const std::string& name, const Json* description, const Json* parameters) {
  Json function = {{"name", name}};
  if (description != nullptr) function["description"] = *description;
  if (parameters != nullptr) function["parameters"] = *parameters;
  return {{"type", "function"}, {"function", std::move(function)}};
}

void offer_tools(Fields& fields, Json tools, const ToolChoice& choice, ChatPrompt& prompt) {
  if (fields.failed()) return;
  const bool must_call = choice.kind == ToolChoice::Kind::kMust;
  if (tools.empty()) {
    if (!must_call) return;
    return fields.wrong("tool_choice", format_message(msg::kFieldNeeds, fields.path_of("tool_choice"), "tools"));
  }
  if (choice.kind == ToolChoice::Kind::kMustNot) return;
  if (!choice.name.empty()) {
    const auto is_other = [&](const Json& tool) {
      const Json::json_pointer place("/function/name");
      return !tool.is_object() || !tool.contains(place) || tool[place] != choice.name;
    };
    tools.erase(std::remove_if(tools.begin(), tools.end(), is_other), tools.end());
    if (tools.empty()) return fields.wrong("tool_choice", format_message(msg::kNoSuchTool, printable(choice.name)));
  }
  prompt.must_call = must_call;
  prompt.may_call_several = choice.several;
  prompt.tools = json_text(tools);
  if (const auto read = read_tool_definitions(prompt.tools); !read) fields.wrong("tools", read.error().message);
}

bool is_object_text(const std::string& arguments) {
  // text nested too deep is refused before it is parsed
  return parse_body(arguments).has_value();
}

}  // namespace ondol
