// Reads generated tool calls.  Models vary in white space and in how they name the keys of the object, so that is not
// held against them; the marks, the name and the JSON must be there.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "prompt/tool_calls.h"

namespace ondol {

// The calls in `text`, which begins with the trigger of `syntax` where it has one; nothing when it is not calls.
std::optional<std::vector<ToolCall>> read_tool_calls(const ToolCallSyntax& syntax, std::string_view text);

// For a syntax without a trigger: whether a message that begins like this may become a call.
bool can_be_bare_call(const ToolCallSyntax& syntax, std::string_view beginning);
// What a person is to read of a message that is no call.
std::string_view text_of_bare_answer(const ToolCallSyntax& syntax, std::string_view text);

}  // namespace ondol
