// Messages of a chat as Ollama's API has them.  Source: Ollama API documentation, "Generate a chat completion".
#pragma once

#include <vector>

#include "prompt/chat_template.h"
#include "server/json/fields.h"

namespace ondol {

// The list of field "messages", which may be absent or empty.  What is wrong is kept in `fields`.
std::vector<ChatMessage> read_ollama_messages(Fields& fields);

}  // namespace ondol
