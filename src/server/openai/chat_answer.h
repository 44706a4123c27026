// Answers of /v1/chat/completions: whole, or as a stream of chunks.
#pragma once

#include <memory>

#include "server/answer_sink.h"
#include "server/openai/answer_json.h"
#include "server/openai/event_stream.h"

namespace ondol {

struct ChatAnswerOptions {
  int n = 1;                                            // choices
  bool include_usage = false, return_progress = false;  // of streams
};

std::shared_ptr<AnswerSink> whole_chat_answer(std::shared_ptr<Responder> responder, ChatAnswerOptions options);
std::shared_ptr<AnswerSink> streamed_chat_answer(std::shared_ptr<Responder> responder, ChatAnswerOptions options);

}  // namespace ondol
