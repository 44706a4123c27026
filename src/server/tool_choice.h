// Tools an answer may call, and which of them it must: brought from every API into the form chats carry.
#pragma once

#include <string>
#include <string_view>

#include "server/answer_request.h"
#include "server/json/fields.h"

namespace ondol {

inline constexpr int64_t kMostTools = 128;

struct ToolChoice {
  enum class Kind { kMay, kMust, kMustNot };
  Kind kind = Kind::kMay;
  std::string name = {};  // with kMust: the one to call; "": any
  bool several = true;
};

// One entry of OpenAI's "tools", of its parts; `description` and `parameters` may be null.
Json function_tool(const std::string& name, const Json* description, const Json* parameters);

// Offers `tools` (a list as OpenAI has it, out of the field "tools") to a chat.  What is wrong with them, or with a
// choice among them (out of "tool_choice"), is kept in `fields`.
void offer_tools(Fields& fields, Json tools, const ToolChoice& choice, ChatPrompt& prompt);

// Whether `arguments` is JSON text of an object, as a call has it.
bool is_object_text(const std::string& arguments);

}  // namespace ondol
