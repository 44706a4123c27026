// Messages of a chat as OpenAI's API has them.  Source: OpenAI API reference, "Create chat completion".
#pragma once

#include <vector>

#include "prompt/chat_template.h"
#include "server/json/fields.h"

namespace ondol {

// The text of field `name`: a text, or a list of parts that are texts.  What is wrong is kept in `message`.
std::string read_content(Fields& message, std::string_view name);

// The list of field `name`.  What is wrong is kept in `fields`.
std::vector<ChatMessage> read_chat_messages(Fields& fields, std::string_view name);

// "tools", "tool_choice", "parallel_tool_calls" into a chat.
struct ChatPrompt;
void read_tools(Fields& fields, ChatPrompt& prompt);

}  // namespace ondol
