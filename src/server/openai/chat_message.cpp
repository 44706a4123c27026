#include "server/openai/chat_message.h"

#include <nlohmann/json.hpp>

#include "server/server_messages.h"
#include "server/tool_choice.h"

namespace ondol {
namespace {

// The text of a key; "" where there is none.
std::string text_at(const Json& json, const char* key) {
  const auto found = json.is_object() ? json.find(key) : json.end();
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

std::string read_content(Fields& message, std::string_view name) {
  const Json* content = message.any(name);
  if (content == nullptr) return {};
  if (content->is_string()) return content->get<std::string>();
  if (!content->is_array()) {
    message.wrong(name, format_message(msg::kFieldKind, message.path_of(name), "string or array"));
    return {};
  }
  std::string text;
  int64_t i = 0;
  for (const Json& part : *content) {
    const std::string where = fmt::format("{}[{}].", message.path_of(name), i++);
    Fields fields(part, where);
    const auto type = fields.word("type", {"text", "input_text", "output_text", "refusal"});
    const auto words = fields.text(type == "refusal" ? "refusal" : "text");
    fields.ignore({"annotations", "logprobs"});
    if (!fields.failed() && (!type || !words)) fields.wrong("type", format_message(msg::kFieldMissing, where + "type"));
    if (const ApiStatus read = fields.finish(); !read) {
      message.keep(read.error());
      return {};
    }
    text += *words;
  }
  return text;
}

namespace {

std::vector<ToolCall> read_calls(Fields& message) {
  const Json* calls = message.list("tool_calls", kMostTools);
  if (calls == nullptr) return {};
  std::vector<ToolCall> all;
  for (const Json& call : *calls) {
    const std::string where = fmt::format("{}[{}].", message.path_of("tool_calls"), all.size());
    Fields fields(call, where);
    ToolCall read{.id = fields.text("id").value_or("")};
    fields.word("type", {"function"});
    fields.ignore({"index"});
    if (const Json* function = fields.object("function")) {
      Fields inner(*function, where + "function.");
      read.name = inner.text("name").value_or("");
      read.arguments = inner.text("arguments").value_or("{}");
      if (!inner.failed() && !is_object_text(read.arguments)) {
        inner.wrong("arguments", format_message(msg::kFieldKind, inner.path_of("arguments"), "JSON object as text"));
      }
      if (const ApiStatus inside = inner.finish(); !inside) fields.keep(inside.error());
    } else {
      fields.wrong("function", format_message(msg::kFieldMissing, where + "function"));
    }
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
  const auto role = fields.word("role", {"system", "developer", "user", "assistant", "tool"});
  if (!role) {
    fields.wrong("role", format_message(msg::kFieldMissing, fields.path_of("role")));
    return message;
  }
  message.role = *role == "user"        ? Role::kUser
                 : *role == "assistant" ? Role::kAssistant
                 : *role == "tool"      ? Role::kTool
                                        : Role::kSystem;
  message.text = read_content(fields, "content");
  fields.ignore({"name"});
  if (message.role == Role::kAssistant) {
    message.thinking = fields.text("reasoning_content").value_or("");
    message.tool_calls = read_calls(fields);
    fields.ignore({"refusal", "annotations", "audio", "function_call"});
  }
  if (message.role == Role::kTool) message.tool_call_id = fields.text("tool_call_id").value_or("");
  return message;
}

}  // namespace

std::vector<ChatMessage> read_chat_messages(Fields& fields, std::string_view name) {
  const Json* list = fields.list(name, kMostMessages);
  if (list == nullptr || list->empty()) {
    fields.wrong(name, format_message(msg::kFieldMissing, fields.path_of(name)));
    return {};
  }
  std::vector<ChatMessage> messages;
  for (const Json& element : *list) {
    Fields message(element, fmt::format("{}[{}].", fields.path_of(name), messages.size()));
    messages.push_back(read_message(message));
    if (const ApiStatus read = message.finish(); !read) {
      fields.keep(read.error());
      return {};
    }
  }
  return messages;
}

void read_tools(Fields& fields, ChatPrompt& prompt) {
  const Json* tools = fields.list("tools", kMostTools);
  const Json* given = fields.any("tool_choice");
  ToolChoice choice{.several = fields.flag("parallel_tool_calls").value_or(true)};
  if (given != nullptr && given->is_object()) {
    Fields named(*given, fields.path_of("tool_choice") + ".");
    named.word("type", {"function"});
    const Json* function = named.object("function");
    choice.kind = ToolChoice::Kind::kMust;
    choice.name = function != nullptr ? text_at(*function, "name") : "";
    if (choice.name.empty())
      named.wrong("function", format_message(msg::kFieldMissing, named.path_of("function.name")));
    if (const ApiStatus read = named.finish(); !read) return fields.keep(read.error());
  } else if (const auto word = fields.word("tool_choice", {"auto", "none", "required"})) {
    if (*word == "none") choice.kind = ToolChoice::Kind::kMustNot;
    if (*word == "required") choice.kind = ToolChoice::Kind::kMust;
  }
  offer_tools(fields, tools != nullptr ? *tools : Json::array(), choice, prompt);
}

}  // namespace ondol
