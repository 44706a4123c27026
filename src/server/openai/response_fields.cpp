#include "server/openai/response_fields.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "server/openai/answer_fields.h"
#include "server/openai/chat_message.h"
#include "server/sampling_fields.h"
#include "server/server_messages.h"
#include "server/tool_choice.h"

namespace ondol {
namespace {

constexpr int64_t kMostItems = 4096;

// The assistant's turn that an item belongs to, when it may be part of the last one.
ChatMessage& assistant_turn(std::vector<ChatMessage>& chat, bool fits) {
  if (chat.empty() || chat.back().role != Role::kAssistant || !fits) {
    chat.push_back({.role = Role::kAssistant, .text = {}});
  }
  return chat.back();
}

void read_message_item(Fields& item, std::vector<ChatMessage>& chat) {
  const auto role = item.word("role", {"user", "assistant", "system", "developer"});
  if (!role) item.wrong("role", format_message(msg::kFieldMissing, item.path_of("role")));
  std::string text = read_content(item, "content");
  item.ignore({"id", "status", "phase"});
  if (role == "assistant") {
    const bool is_free = !chat.empty() && chat.back().text.empty() && chat.back().tool_calls.empty();
    assistant_turn(chat, is_free).text = std::move(text);
  } else {
    chat.push_back({.role = role == "user" ? Role::kUser : Role::kSystem, .text = std::move(text)});
  }
}

void read_call_item(Fields& item, std::vector<ChatMessage>& chat) {
  ToolCall call{
      .name = item.needed_text("name"), .arguments = item.needed_text("arguments"), .id = item.needed_text("call_id")};
  item.ignore({"id", "status"});
  if (!item.failed() && !is_object_text(call.arguments)) {
    item.wrong("arguments", format_message(msg::kFieldKind, item.path_of("arguments"), "JSON object as text"));
  }
  assistant_turn(chat, /*fits=*/true).tool_calls.push_back(std::move(call));
}

void read_reasoning_item(Fields& item, std::vector<ChatMessage>& chat) {
  std::string thinking;
  for (const char* const name : {"summary", "content"}) {
    const Json* parts = item.list(name, kMostItems);
    for (size_t i = 0; parts != nullptr && i < parts->size(); ++i) {
      Fields part((*parts)[i], fmt::format("{}[{}].", item.path_of(name), i));
      part.word("type", {"summary_text", "reasoning_text"});
      const std::string text = part.needed_text("text");
      if (std::string_view(name) == "content") thinking += text;
      if (const ApiStatus read = part.finish(); !read) return item.keep(read.error());
    }
  }
  item.ignore({"id", "status", "encrypted_content"});
  const bool is_new = !chat.empty() && chat.back().text.empty() && chat.back().thinking.empty();
  assistant_turn(chat, is_new).thinking = std::move(thinking);
}

void read_item(Fields& item, std::vector<ChatMessage>& chat) {
  const auto type = item.word("type", {"message", "function_call", "function_call_output", "reasoning"});
  if (type == "function_call") return read_call_item(item, chat);
  if (type == "reasoning") return read_reasoning_item(item, chat);
  if (type == "function_call_output") {
    ChatMessage result{.role = Role::kTool, .text = read_content(item, "output")};
    result.tool_call_id = item.needed_text("call_id");
    item.ignore({"id", "status"});
    chat.push_back(std::move(result));
  } else {
    read_message_item(item, chat);
  }
}

void read_input(Fields& fields, std::vector<ChatMessage>& chat) {
  const Json* input = fields.any("input");
  if (input != nullptr && input->is_string()) {
    chat.push_back({.role = Role::kUser, .text = input->get<std::string>()});
    return;
  }
  const Json* items = fields.list("input", kMostItems);
  if (items == nullptr || items->empty()) {
    return fields.wrong("input", format_message(msg::kFieldMissing, fields.path_of("input")));
  }
  for (size_t i = 0; i < items->size(); ++i) {
    Fields item((*items)[i], fmt::format("input[{}].", i));
    read_item(item, chat);
    if (const ApiStatus read = item.finish(); !read) return fields.keep(read.error());
  }
}

Json read_tool_list(Fields& fields) {
  Json tools = Json::array();
  const Json* list = fields.list("tools", kMostTools);
  if (list == nullptr) return tools;
  for (const Json& element : *list) {
    Fields tool(element, fmt::format("tools[{}].", tools.size()));
    tool.word("type", {"function"});
    tools.push_back(function_tool(tool.needed_text("name"), tool.any("description"), tool.object("parameters")));
    tool.ignore({"strict"});
    if (const ApiStatus read = tool.finish(); !read) {
      fields.keep(read.error());
      return tools;
    }
  }
  return tools;
}

ToolChoice read_tool_choice(Fields& fields) {
  ToolChoice choice{.several = fields.flag("parallel_tool_calls").value_or(true)};
  const Json* given = fields.any("tool_choice");
  if (given != nullptr && given->is_object()) {
    Fields named(*given, "tool_choice.");
    named.word("type", {"function"});
    choice.kind = ToolChoice::Kind::kMust;
    choice.name = named.needed_text("name");
    if (const ApiStatus read = named.finish(); !read) fields.keep(read.error());
  } else if (const auto word = fields.word("tool_choice", {"auto", "none", "required"})) {
    if (*word == "none") choice.kind = ToolChoice::Kind::kMustNot;
    if (*word == "required") choice.kind = ToolChoice::Kind::kMust;
  }
  return choice;
}

// {"format": {"type": "json_schema", "name": …, "schema": {…}}}
void read_text_format(Fields& fields, FormatWish& wish) {
  const Json* text = fields.object("text");
  if (text == nullptr) return;
  Fields inner(*text, "text.");
  inner.refuse_unless("verbosity", {R"("medium")"});
  if (const Json* given = inner.object("format")) {
    Fields format(*given, "text.format.");
    const auto type = format.word("type", {"text", "json_object", "json_schema"});
    if (!type) format.wrong("type", format_message(msg::kFieldMissing, format.path_of("type")));
    wish = {.kind = type == "text" ? FormatWish::Kind::kText : FormatWish::Kind::kSchema,
            .source = R"({"type": "object"})",
            .param = "text.format"};
    if (type == "json_schema") read_named_schema(format, wish);
    if (const ApiStatus read = format.finish(); !read) inner.keep(read.error());
  }
  if (const ApiStatus read = inner.finish(); !read) fields.keep(read.error());
}

ThinkingChoice read_reasoning(Fields& fields) {
  const Json* given = fields.object("reasoning");
  if (given == nullptr) return {};
  Fields inner(*given, "reasoning.");
  const ThinkingChoice choice = read_effort(inner, "effort");
  inner.refuse_unless("summary", {R"("auto")"});
  inner.refuse_unless("generate_summary", {R"("auto")"});
  if (const ApiStatus read = inner.finish(); !read) fields.keep(read.error());
  return choice;
}

// What would need a server that remembers or works on its own.
void refuse_what_has_state(Fields& fields) {
  for (const char* const name : {"store", "background"}) fields.refuse_unless(name, {"false"});
  for (const char* const name : {"previous_response_id", "conversation", "prompt"}) fields.refuse_unless(name, {});
  fields.refuse_unless("truncation", {R"("disabled")"});
  fields.refuse_unless("top_logprobs", {"0"});
  fields.refuse_unless("include", {"[]", R"(["reasoning.encrypted_content"])"});  // reasoning is shown as it is
}

// 0.8, not the float next to it.
double short_number(float value) { return std::round(1e6 * static_cast<double>(value)) / 1e6; }

Json echo_of(Fields& fields, const AnswerRequest& request, bool may_call_several) {
  const auto given_or = [&](std::string_view name, Json otherwise) {
    const Json* given = fields.any(name);
    return given != nullptr ? *given : std::move(otherwise);
  };
  const SamplerOptions& sampler = request.options.sampler;
  Json text = given_or("text", Json::object());
  if (text.is_object() && !text.contains("format")) text["format"] = {{"type", "text"}};
  return {{"instructions", given_or("instructions", nullptr)},
          {"max_output_tokens", given_or("max_output_tokens", nullptr)},
          {"metadata", given_or("metadata", Json::object())},
          {"parallel_tool_calls", may_call_several},
          {"previous_response_id", nullptr},
          {"reasoning", given_or("reasoning", {{"effort", nullptr}, {"summary", nullptr}})},
          {"store", false},
          {"temperature", short_number(sampler.temperature)},
          {"text", std::move(text)},
          {"tool_choice", given_or("tool_choice", "auto")},
          {"tools", given_or("tools", Json::array())},
          {"top_p", short_number(sampler.top_p)},
          {"truncation", "disabled"}};
}

}  // namespace

ResponseRequest read_response_request(Fields& fields) {
  ResponseRequest request;
  AnswerRequest& answer = request.answer;
  answer.model = fields.text("model").value_or("");
  ChatPrompt prompt;
  if (auto instructions = fields.text("instructions")) {
    prompt.messages.push_back({.role = Role::kSystem, .text = std::move(*instructions)});
  }
  read_input(fields, prompt.messages);
  Json tools = read_tool_list(fields);
  const ToolChoice choice = read_tool_choice(fields);
  offer_tools(fields, std::move(tools), choice, prompt);
  set_variables(prompt, Json::object(), read_reasoning(fields));
  answer.prompt = std::move(prompt);
  read_sampler(fields, answer);
  read_text_format(fields, answer.format);
  answer.options.max_tokens = fields.integer("max_output_tokens", 1, INT32_MAX).value_or(-1);
  request.streams = fields.flag("stream").value_or(false);
  refuse_what_has_state(fields);
  fields.ignore({"stream_options", "max_tool_calls"});
  ignore_bookkeeping(fields);
  request.echoed = echo_of(fields, answer, choice.several);
  return request;
}

}  // namespace ondol
