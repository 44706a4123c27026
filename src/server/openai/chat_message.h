// Messages of a chat as OpenAI's API has them.  Source: OpenAI API reference, "Create chat completion".
#pragma once

#include <vector>

#include "prompt/chat_template.h"
#include "server/json/fields.h"

namespace ondol {

inline constexpr int64_t kMostMessages = 4096, kMostTools = 128, kMostStops = 16;

// The list of field `name`.  What is wrong is kept in `fields`.
std::vector<ChatMessage> read_chat_messages(Fields& fields, std::string_view name);

// "tools", "tool_choice", "parallel_tool_calls" into a chat.
struct ChatPrompt;
void read_tools(Fields& fields, ChatPrompt& prompt);

}  // namespace ondol
