#include "measure/records/json_record.h"

#include <algorithm>
#include <iterator>

#include "base/utf8.h"
#include "measure/records/records_messages.h"

namespace ondol {
namespace {

using Kind = JsonValue::Kind;

struct RoleName {
  std::string_view name;
  Role role;
};
constexpr RoleName kRoleNames[] = {
    {"system", Role::kSystem}, {"user", Role::kUser}, {"assistant", Role::kAssistant}, {"tool", Role::kTool}};

std::string keys_of(const JsonValue& object) {
  std::string names;
  for (const JsonValue::Member& member : object.members) names += (names.empty() ? "" : ", ") + member.first;
  return printable(names);
}

// A text, a list of text parts, or null for none.
Result<std::string> read_content(const JsonValue& content, size_t index) {
  if (content.is(Kind::kString)) return content.text;
  if (content.is(Kind::kNull)) return std::string();
  std::string text;
  for (const JsonValue& part : content.items) {
    const JsonValue* const part_text = part.find("text");
    if (!part_text || !part_text->is(Kind::kString)) return fail(ErrorKind::kBadInput, msg::kMessageContent, index);
    text += part_text->text;
  }
  if (!content.is(Kind::kArray)) return fail(ErrorKind::kBadInput, msg::kMessageContent, index);
  return text;
}

Result<ToolCall> read_call(const JsonValue& call, size_t index) {
  const JsonValue* const function = call.find("function");
  const JsonValue* const name = function ? function->find("name") : nullptr;
  const JsonValue* const arguments = function ? function->find("arguments") : nullptr;
  const JsonValue* const id = call.find("id");
  const bool good = name && name->is(Kind::kString) && arguments &&
                    (arguments->is(Kind::kString) || arguments->is(Kind::kObject)) && (!id || id->is(Kind::kString));
  if (!good) return fail(ErrorKind::kBadInput, msg::kMessageToolCall, index);
  return ToolCall{name->text, text_of(*arguments), id ? id->text : std::string()};
}

Result<ChatMessage> read_message(const JsonValue& value, size_t index) {
  const JsonValue* const role = value.find("role");
  const auto known = role ? std::find_if(std::begin(kRoleNames), std::end(kRoleNames),
                                         [&](const RoleName& name) { return name.name == role->text; })
                          : std::end(kRoleNames);
  if (known == std::end(kRoleNames)) {
    return fail(ErrorKind::kBadInput, msg::kMessageRole, index, role ? printable(role->text) : "");
  }
  ChatMessage message{.role = known->role, .text = {}};
  bool has_content = false;
  for (const auto& [key, item] : value.members) {
    const bool of_assistant = message.role == Role::kAssistant;
    if (key == "role") continue;
    if (key == "content") {
      TRY(message.text, read_content(item, index));
      has_content = !item.is(Kind::kNull);
    } else if (of_assistant && (key == "reasoning_content" || key == "thinking")) {
      TRY(message.thinking, read_content(item, index));
    } else if (of_assistant && key == "tool_calls" && (item.is(Kind::kArray) || item.is(Kind::kNull))) {
      for (const JsonValue& call : item.items) {
        TRY(ToolCall read, read_call(call, index));
        message.tool_calls.push_back(std::move(read));
      }
    } else if (message.role == Role::kTool && key == "tool_call_id" && item.is(Kind::kString)) {
      message.tool_call_id = item.text;
    } else {
      return fail(ErrorKind::kBadInput, msg::kMessageKey, index, printable(key));
    }
  }
  if (!has_content && message.tool_calls.empty()) return fail(ErrorKind::kBadInput, msg::kMessageContent, index);
  return message;
}

}  // namespace

std::string text_of(const JsonValue& value) { return value.is(Kind::kString) ? value.text : to_json(value); }

Result<std::vector<ChatMessage>> read_messages(const JsonValue& list) {
  if (!list.is(Kind::kArray)) return fail(ErrorKind::kBadInput, msg::kMessagesNoList);
  std::vector<ChatMessage> messages;
  for (size_t i = 0; i < list.items.size(); ++i) {
    TRY(ChatMessage message, read_message(list.items[i], i));
    messages.push_back(std::move(message));
  }
  return messages;
}

Result<Record> read_json_record(std::string_view line, const Columns& columns, const Labels& labels) {
  const auto parsed = parse_json(line);
  if (!parsed) return fail(ErrorKind::kBadInput, msg::kLineNotJson, parsed.error().message);
  const JsonValue& object = *parsed;
  if (!object.is(Kind::kObject)) return fail(ErrorKind::kBadInput, msg::kLineNoObject);
  const auto found = find_columns(columns, [&](const std::string& name) { return object.find(name) != nullptr; });
  if (!found) return fail(ErrorKind::kBadInput, msg::kLineColumns, expected_columns(columns), keys_of(object));
  const auto read_text = [&](const std::string& name) -> Result<std::string> {
    const JsonValue& value = *object.find(name);
    if (value.is(Kind::kNull)) return fail(ErrorKind::kBadInput, msg::kLineNull, name);
    return text_of(value);
  };
  Record record{.kind = found->kind};
  switch (found->kind) {
    case RecordKind::kChat: {
      TRY(record.messages, read_messages(*object.find(found->messages)));
      const bool has_answer = !record.messages.empty() && record.messages.back().role == Role::kAssistant;
      if (!has_answer) return fail(ErrorKind::kBadInput, msg::kChatWithoutAnswer);
      const JsonValue* const tools = object.find("tools");
      if (tools && !tools->is(Kind::kNull)) record.tools = text_of(*tools);
      break;
    }
    case RecordKind::kCompletion: {
      TRY(record.prompt, read_text(found->prompt));
      TRY(std::string value, read_text(found->completion));
      TRY(record.completion, apply_labels(labels, std::move(value)));
      break;
    }
    case RecordKind::kText: {
      TRY(record.text, read_text(found->text));
      break;
    }
  }
  if (const JsonValue* const group = object.find("kind"); group && group->is(Kind::kString)) record.group = group->text;
  if (const JsonValue* const choices = object.find("choices"); choices && choices->is(Kind::kArray)) {
    for (const JsonValue& choice : choices->items) record.choices.push_back(text_of(choice));
  }
  return record;
}

}  // namespace ondol
