// A line of a JSONL data file -> Record.
//
// Source: the chat format of OpenAI's fine-tuning and of Hugging Face's "conversational" data sets: {"messages":
// [{"role": …, "content": …}, …], "tools": […]}.
#pragma once

#include <string_view>

#include "base/result.h"
#include "grammar/json_value.h"
#include "measure/records/columns.h"

namespace ondol {

// Values that are no strings are taken as compact JSON.  Keys beside the columns (an id, a source) say nothing to a
// model and are left; keys of a message that are not understood are refused.  Fails with kBadInput and the reason
// alone: no JSON object, columns that are not there, a field of another type.
Result<Record> read_json_record(std::string_view line, const Columns& columns, const Labels& labels);

// The messages of a chat: content as text or as a list of text parts; tool calls and thinking of the assistant.  Fails
// with kBadInput and the reason alone.
Result<std::vector<ChatMessage>> read_messages(const JsonValue& list);

// A string as it is, anything else as compact JSON.
std::string text_of(const JsonValue& value);

}  // namespace ondol
