// Requests for a message as Anthropic's API has them.  Source: Anthropic API reference, "Create a Message".
#pragma once

#include "server/answer_request.h"
#include "server/json/fields.h"

namespace ondol {

// system, messages, tools, tool_choice, thinking, output_config: what makes a prompt.  What is wrong is kept in
// `fields`.  `wish` receives the form the answer is to have.
ChatPrompt read_anthropic_prompt(Fields& fields, FormatWish& wish);

}  // namespace ondol
