#include "server/ollama/chat_message.h"

#include <nlohmann/json.hpp>

#include "server/answer_request.h"
#include "server/server_messages.h"
#include "server/tool_choice.h"

namespace ondol {
namespace {

std::vector<ToolCall> read_calls(Fields& message) {
  const Json* calls = message.list("tool_calls", kMostTools);
  if (calls == nullptr) return {};
  std::vector<ToolCall> all;
  for (const Json& call : *calls) {
    const std::string where = fmt::format("{}[{}].", message.path_of("tool_calls"), all.size());
    Fields fields(call, where);
    ToolCall read{.name = {}, .arguments = "{}", .id = fields.text("id").value_or("")};
    fields.ignore({"type"});
    if (const Json* function = fields.object("function")) {
      Fields inner(*function, where + "function.");
      read.name = inner.text("name").value_or("");
      if (const Json* arguments = inner.object("arguments")) read.arguments = json_text(*arguments);
      inner.ignore({"index", "description"});
      if (const ApiStatus inside = inner.finish(); !inside) fields.keep(inside.error());
    }
    if (read.name.empty()) fields.wrong("function", format_message(msg::kFieldMissing, where + "function.name"));
    if (const ApiStatus done = fields.finish(); !done) {
      message.keep(done.error());
      return {};
    }
    all.push_back(std::move(read));
  }
  return all;
}

ChatMessage read_message(Fields& fields) {
  ChatMessage message{};
  const auto role = fields.word("role", {"system", "user", "assistant", "tool"});
  if (!role) fields.wrong("role", format_message(msg::kFieldMissing, fields.path_of("role")));
  if (fields.failed()) return message;
  message.role = *role == "user"        ? Role::kUser
                 : *role == "assistant" ? Role::kAssistant
                 : *role == "tool"      ? Role::kTool
                                        : Role::kSystem;
  message.text = fields.text("content").value_or("");
  message.thinking = fields.text("thinking").value_or("");
  message.tool_calls = read_calls(fields);
  message.tool_call_id = fields.text("tool_call_id").value_or("");
  fields.ignore({"tool_name", "name"});
  fields.refuse_unless("images", {"[]"});
  return message;
}

}  // namespace

std::vector<ChatMessage> read_ollama_messages(Fields& fields) {
  const Json* list = fields.list("messages", kMostMessages);
  if (list == nullptr) return {};
  std::vector<ChatMessage> messages;
  for (const Json& element : *list) {
    Fields message(element, fmt::format("messages[{}].", messages.size()));
    messages.push_back(read_message(message));
    if (const ApiStatus read = message.finish(); !read) {
      fields.keep(read.error());
      return {};
    }
  }
  return messages;
}

}  // namespace ondol
