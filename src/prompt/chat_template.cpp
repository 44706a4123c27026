#include "prompt/chat_template.h"

#include <algorithm>

#include "prompt/builtin_templates.h"
#include "prompt/jinja/json_value.h"
#include "prompt/prompt_messages.h"

namespace ondol {
namespace {

using jinja::DictBuilder;
using jinja::Origin;
using jinja::Text;
using jinja::Value;
using jinja::ValueList;

// Origins from here on are the texts of messages, by index.
constexpr Origin kFirstMessage = 2;

constexpr std::string_view kRoles[] = {"system",    "user",    "assistant", "tool",    "developer",
                                       "function",  "model",   "ipython",   "chatbot", "tool_results",
                                       "tool_list", "context", "documents"};

void set(DictBuilder& dict, std::string_view name, Value value) { dict.set(Value::text(name), std::move(value)); }
void set_text(DictBuilder& dict, std::string_view name, std::string_view text, Origin origin) {
  set(dict, name, Value(Text(std::string(text), origin)));
}

Value make_list(ValueList items) {
  auto list = std::make_shared<jinja::Sequence>();
  for (const Value& item : items) {
    list->depth = std::max(list->depth, item.depth() + 1);
    list->weight += item.weight();
  }
  list->items = std::move(items);
  return Value(std::shared_ptr<const jinja::Sequence>(std::move(list)));
}
Value make_dict(DictBuilder dict) { return Value(std::make_shared<const jinja::Dict>(dict.take())); }

Result<Value> call_value(const ToolCall& call, bool text_arguments) {
  DictBuilder function, entry;
  set_text(function, "name", call.name, jinja::kFromInput);
  if (text_arguments) {
    set_text(function, "arguments", call.arguments, jinja::kFromInput);
  } else {
    TRY(Value arguments, jinja::read_json_value(call.arguments, jinja::kFromInput, call.name));
    set(function, "arguments", std::move(arguments));
  }
  set(entry, "type", Value::text("function"));
  if (!call.id.empty()) set_text(entry, "id", call.id, jinja::kFromInput);
  set(entry, "function", make_dict(std::move(function)));
  return make_dict(std::move(entry));
}

Result<Value> message_value(const ChatMessage& message, Origin origin, const ToolCallSyntax* syntax) {
  DictBuilder dict;
  set(dict, "role", Value::text(kRoles[static_cast<size_t>(message.role)]));
  const bool only_calls = !message.tool_calls.empty() && message.text.empty();
  if (only_calls && syntax && syntax->null_content) set(dict, "content", Value(jinja::None{}));
  else set_text(dict, "content", message.text, origin);
  if (!message.thinking.empty()) {
    set_text(dict, "reasoning_content", message.thinking, origin);
    set_text(dict, "thinking", message.thinking, origin);
  }
  ValueList calls;
  for (const ToolCall& call : message.tool_calls) {
    TRY(Value value, call_value(call, syntax && syntax->text_arguments));
    calls.push_back(std::move(value));
  }
  if (!calls.empty()) set(dict, "tool_calls", make_list(std::move(calls)));
  if (!message.tool_call_id.empty()) set_text(dict, "tool_call_id", message.tool_call_id, jinja::kFromInput);
  return make_dict(std::move(dict));
}

// A copy in which the roles that templates know count as the template's own text: some build a control token from them.
// Recursion is bounded by the depth read_json_value() allows.
Value trust_roles(const Value& value) {
  if (const jinja::Dict* dict = value.as_dict()) {
    DictBuilder copy;
    for (const auto& [key, item] : dict->items) {
      const Text* const name = key.as_text();
      const Text* const role = item.as_text();
      const bool trusted = name && name->bytes() == "role" && role &&
                           std::find(std::begin(kRoles), std::end(kRoles), role->bytes()) != std::end(kRoles);
      copy.set(key, trusted ? Value::text(role->bytes()) : trust_roles(item));
    }
    return make_dict(std::move(copy));
  }
  if (const jinja::Sequence* list = value.as_sequence()) {
    ValueList items;
    for (const Value& item : list->items) items.push_back(trust_roles(item));
    return make_list(std::move(items));
  }
  return value;
}

std::vector<PromptPiece> pieces_of(const Text& text) {
  std::vector<PromptPiece> pieces;
  int64_t at = 0;
  for (const jinja::TextRun& run : text.runs()) {
    PromptPiece piece{std::string(text.bytes().substr(static_cast<size_t>(at), static_cast<size_t>(run.end - at))),
                      run.origin == jinja::kFromTemplate, run.origin < kFirstMessage ? -1 : run.origin - kFirstMessage};
    at = run.end;
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

}  // namespace

ChatTemplate::ChatTemplate(std::string source, jinja::Template parsed)
    : source_(std::move(source)), template_(std::move(parsed)), tool_calls_(recognize_tool_call_syntax(source_)) {}

Result<ChatTemplate> ChatTemplate::parse(std::string_view jinja) {
  TRY(jinja::Template parsed, jinja::Template::parse(jinja));
  return ChatTemplate(std::string(jinja), std::move(parsed));
}

Result<std::vector<PromptPiece>> ChatTemplate::render(const ChatRequest& request) const {
  ValueList messages;
  for (size_t i = 0; i < request.messages.size(); ++i) {
    TRY(Value message, message_value(request.messages[i], kFirstMessage + static_cast<Origin>(i), tool_calls_));
    messages.push_back(std::move(message));
  }
  DictBuilder context;
  set(context, "messages", make_list(std::move(messages)));
  set(context, "add_generation_prompt", Value(request.ask));
  set_text(context, "bos_token", request.edges.bos, jinja::kFromTemplate);
  set_text(context, "eos_token", request.edges.eos, jinja::kFromTemplate);
  set(context, "tools", Value(jinja::None{}));
  set(context, "documents", Value(jinja::None{}));
  if (!request.tools.empty()) {
    TRY(Value tools, jinja::read_json_value(request.tools, jinja::kFromInput, "tools"));
    set(context, "tools", std::move(tools));
  }
  if (!request.variables.empty()) {
    TRY(const Value variables, jinja::read_json_value(request.variables, jinja::kFromInput, "template variables"));
    if (!variables.as_dict()) return fail(ErrorKind::kBadInput, msg::kTemplateContext);
    for (const auto& [name, value] : variables.as_dict()->items) context.set(name, value);
  }
  TRY(const Text text, template_.render(context.take(), request.now));
  return pieces_of(text);
}

Result<std::vector<PromptPiece>> ChatTemplate::render_context(std::string_view json, const EdgeTokens& edges, bool ask,
                                                              const std::tm& now) const {
  TRY(const Value read, jinja::read_json_value(json, jinja::kFromInput, "context"));
  const Value given = trust_roles(read);
  if (!given.as_dict()) return fail(ErrorKind::kBadInput, msg::kTemplateContext);
  DictBuilder context;
  if (!edges.bos.empty()) set_text(context, "bos_token", edges.bos, jinja::kFromTemplate);
  if (!edges.eos.empty()) set_text(context, "eos_token", edges.eos, jinja::kFromTemplate);
  for (const auto& [name, value] : given.as_dict()->items) context.set(name, value);
  if (ask) set(context, "add_generation_prompt", Value(true));
  TRY(const Text text, template_.render(context.take(), now));
  return pieces_of(text);
}

std::string_view builtin_chat_template(std::string_view name) {
  for (const auto& builtin : kBuiltinTemplates) {
    if (builtin.name == name) return builtin.source;
  }
  return {};
}

std::string chat_template_names() {
  std::string names;
  for (const auto& builtin : kBuiltinTemplates) {
    if (!names.empty()) names += ", ";
    names += builtin.name;
  }
  return names;
}

std::tm time_now() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  return local;
}

}  // namespace ondol
