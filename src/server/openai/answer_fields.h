// Fields of a request that say how an answer is drawn and what it is held to.  OpenAI's come first; llama.cpp's and
// vLLM's further ones have the names their users know.
#pragma once

#include "server/answer_request.h"
#include "server/json/fields.h"
#include "server/thinking_choice.h"

namespace ondol {

// temperature, top_p, seed, stop, penalties, logit_bias, n; top_k, min_p, repeat_penalty, repeat_last_n, lora.
void read_sampling(Fields& fields, AnswerRequest& request);

// response_format (OpenAI), json_schema, grammar, regex, choice, script: one of them at most.
void read_format(Fields& fields, AnswerRequest& request);

// name, description, strict and schema, which must be there: it becomes the source of `wish`.
void read_named_schema(Fields& fields, FormatWish& wish);

// The field `name`: how hard to think; "none" is not at all.
ThinkingChoice read_effort(Fields& fields, std::string_view name);

// chat_template_kwargs and reasoning_effort, as variables of the chat template.
void read_template_variables(Fields& fields, ChatPrompt& prompt);

// Fields that clients send and that change no answer.
void ignore_bookkeeping(Fields& fields);

}  // namespace ondol
