#include "server/anthropic/message_fields.h"

#include <nlohmann/json.hpp>

#include "server/server_messages.h"
#include "server/thinking_choice.h"
#include "server/tool_choice.h"

namespace ondol {
namespace {

constexpr int64_t kMostBlocks = 4096;

void append(std::string& text, std::string_view block) {
  if (!text.empty() && !block.empty()) text += '\n';
  text += block;
}

// Calls `take` with each block of a field that is a list of them, or one text, which is a block of type "text".
template <class Take>
void for_each_block(Fields& fields, std::string_view name, Take take) {
  const Json* content = fields.any(name);
  if (content == nullptr) return;
  Json as_block;
  if (content->is_string()) {
    as_block = Json::array({{{"type", "text"}, {"text", *content}}});
    content = &as_block;
  } else if (fields.list(name, kMostBlocks) == nullptr) {
    return;
  }
  int64_t i = 0;
  for (const Json& block : *content) {
    Fields one(block, fmt::format("{}[{}].", fields.path_of(name), i++));
    one.ignore({"cache_control"});
    take(one);
    if (const ApiStatus read = one.finish(); !read) return fields.keep(read.error());
  }
}

std::string read_texts(Fields& fields, std::string_view name) {
  std::string text;
  for_each_block(fields, name, [&](Fields& block) {
    block.word("type", {"text"});
    block.ignore({"citations"});
    append(text, block.needed_text("text"));
  });
  return text;
}

// Where blocks of a role go: turns of one role that follow each other are one.
ChatMessage& turn_of(Role role, std::vector<ChatMessage>& chat) {
  if (chat.empty() || chat.back().role != role) chat.push_back({.role = role, .text = {}});
  return chat.back();
}

void read_user_block(Fields& block, std::vector<ChatMessage>& chat) {
  if (block.word("type", {"text", "tool_result"}) == "tool_result") {
    ChatMessage result{.role = Role::kTool, .text = read_texts(block, "content")};
    result.tool_call_id = block.needed_text("tool_use_id");
    block.flag("is_error");  // the model sees what the text says
    chat.push_back(std::move(result));
  } else {
    block.ignore({"citations"});
    append(turn_of(Role::kUser, chat).text, block.needed_text("text"));
  }
}

void read_assistant_block(Fields& block, std::vector<ChatMessage>& chat) {
  const auto type = block.word("type", {"text", "thinking", "redacted_thinking", "tool_use"});
  ChatMessage& turn = turn_of(Role::kAssistant, chat);
  if (type == "thinking") {
    append(turn.thinking, block.needed_text("thinking"));
    block.ignore({"signature"});
  } else if (type == "redacted_thinking") {
    block.ignore({"data"});  // nobody here could read it
  } else if (type == "tool_use") {
    ToolCall call{.name = block.needed_text("name"), .arguments = "{}", .id = block.needed_text("id")};
    if (const Json* input = block.object("input")) call.arguments = json_text(*input);
    block.ignore({"caller"});
    turn.tool_calls.push_back(std::move(call));
  } else {
    block.ignore({"citations"});
    append(turn.text, block.needed_text("text"));
  }
}

void read_messages(Fields& fields, std::vector<ChatMessage>& chat) {
  const Json* list = fields.list("messages", kMostMessages);
  if (list == nullptr || list->empty()) {
    return fields.wrong("messages", format_message(msg::kFieldMissing, fields.path_of("messages")));
  }
  int64_t i = 0;
  for (const Json& element : *list) {
    Fields message(element, fmt::format("messages[{}].", i++));
    const auto role = message.word("role", {"user", "assistant"});
    if (!role || message.any("content") == nullptr) {
      message.wrong(role ? "content" : "role", format_message(msg::kFieldMissing, message.path_of("role, content")));
    } else if (*role == "user") {
      for_each_block(message, "content", [&](Fields& block) { read_user_block(block, chat); });
    } else {
      for_each_block(message, "content", [&](Fields& block) { read_assistant_block(block, chat); });
    }
    if (const ApiStatus read = message.finish(); !read) return fields.keep(read.error());
  }
  if (chat.empty() || chat.back().role == Role::kSystem) {
    fields.wrong("messages", format_message(msg::kFieldMissing, "messages[0].content"));
  } else if (chat.back().role == Role::kAssistant) {
    fields.wrong("messages", std::string(msg::kNoPrefill.text()));
  }
}

Json read_tool_list(Fields& fields) {
  Json tools = Json::array();
  const Json* list = fields.list("tools", kMostTools);
  if (list == nullptr) return tools;
  for (const Json& element : *list) {
    Fields tool(element, fmt::format("tools[{}].", tools.size()));
    tool.word("type", {"custom"});
    tool.ignore({"cache_control", "strict", "eager_input_streaming"});
    tools.push_back(function_tool(tool.needed_text("name"), tool.any("description"), tool.object("input_schema")));
    if (const ApiStatus read = tool.finish(); !read) {
      fields.keep(read.error());
      return tools;
    }
  }
  return tools;
}

ToolChoice read_tool_choice(Fields& fields) {
  ToolChoice choice;
  const Json* given = fields.object("tool_choice");
  if (given == nullptr) return choice;
  Fields inner(*given, "tool_choice.");
  const auto type = inner.word("type", {"auto", "any", "tool", "none"});
  if (type == "none") choice.kind = ToolChoice::Kind::kMustNot;
  if (type == "any" || type == "tool") choice.kind = ToolChoice::Kind::kMust;
  if (type == "tool") choice.name = inner.needed_text("name");
  choice.several = !inner.flag("disable_parallel_tool_use").value_or(false);
  if (const ApiStatus read = inner.finish(); !read) fields.keep(read.error());
  return choice;
}

ThinkingChoice read_thinking(Fields& fields) {
  ThinkingChoice choice;
  const Json* given = fields.object("thinking");
  if (given == nullptr) return choice;
  Fields inner(*given, "thinking.");
  const auto type = inner.word("type", {"enabled", "disabled", "adaptive"});
  if (type) choice.thinks = *type != "disabled";
  inner.integer("budget_tokens", 1, INT32_MAX);  // nothing ends thinking but the model, or max_tokens
  inner.refuse_unless("display", {R"("summarized")"});
  if (const ApiStatus read = inner.finish(); !read) fields.keep(read.error());
  return choice;
}

void read_output(Fields& fields, FormatWish& wish, ThinkingChoice& thinking) {
  const Json* given = fields.object("output_config");
  if (given == nullptr) return;
  Fields config(*given, "output_config.");
  thinking.effort = config.word("effort", {"low", "medium", "high", "xhigh", "max"}).value_or("");
  if (const Json* format = config.object("format")) {
    Fields inner(*format, "output_config.format.");
    inner.word("type", {"json_schema"});
    if (const Json* schema = inner.any("schema")) {
      wish = {.kind = FormatWish::Kind::kSchema, .source = json_text(*schema), .param = "output_config.format"};
    } else {
      inner.wrong("schema", format_message(msg::kFieldMissing, inner.path_of("schema")));
    }
    if (const ApiStatus read = inner.finish(); !read) config.keep(read.error());
  }
  if (const ApiStatus read = config.finish(); !read) fields.keep(read.error());
}

}  // namespace

ChatPrompt read_anthropic_prompt(Fields& fields, FormatWish& wish) {
  ChatPrompt prompt;
  const std::string system = read_texts(fields, "system");
  if (!system.empty()) prompt.messages.push_back({.role = Role::kSystem, .text = system});
  read_messages(fields, prompt.messages);
  Json tools = read_tool_list(fields);
  const ToolChoice choice = read_tool_choice(fields);
  offer_tools(fields, std::move(tools), choice, prompt);
  ThinkingChoice thinking = read_thinking(fields);
  read_output(fields, wish, thinking);
  set_variables(prompt, Json::object(), thinking);
  return prompt;
}

}  // namespace ondol
