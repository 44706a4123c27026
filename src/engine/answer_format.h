// Answer formats: a schema's, and what stands around one that a grammar holds: thinking in front, and calls of tools.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/constraint.h"
#include "model/model.h"
#include "prompt/thinking.h"
#include "prompt/tool_calls.h"

namespace ondol {

// The schema a model file stores for its answers ("ondol.output.schema"), or nothing.
std::optional<std::string> stored_schema(const Model& model);

// Answers that are JSON of `schema`.  Fails with kBadInput as Schema::parse() and schema_grammar() do.
Result<AnswerFormat> schema_format(std::string_view schema, const Tokenizer& tokenizer);

// `format` for a model that may think before it answers: its thinking section stays free, what comes behind is held.
//   syntax   the model's marks; without a thinking section nothing changes
AnswerFormat behind_thinking(AnswerFormat format, const AnswerSyntax& syntax, const Tokenizer& tokenizer);

// Whether a mark of the answers is, or holds, a control token: only where those are shown as text can it be found.
bool marks_are_control_tokens(const AnswerSyntax& syntax, const Tokenizer& tokenizer);

struct ToolCallRules {
  bool required = false;  // the answer is calls and nothing else
  bool several = true;    // it may make more than one, where the syntax can
};

// Answers that are free until they call a tool; the call is then held to one of `tools` and its schema.  Where calls
// have no mark in front, an answer that need not call is free altogether: nothing when this is so, or when the syntax
// writes arguments as Python.  Fails with kBadInput when a tool's schema cannot be held.
Result<std::optional<AnswerFormat>> tool_call_format(const ToolCallSyntax& syntax,
                                                     std::span<const ToolDefinition> tools, const Tokenizer& tokenizer,
                                                     const ToolCallRules& rules = {});

}  // namespace ondol
