// Answers of /v1/chat/completions: whole, or as a stream of chunks.
#pragma once

#include <memory>

#include "server/answer_sink.h"
#include "server/event_stream.h"
#include "server/openai/answer_json.h"
#include "server/openai/delivery.h"

namespace ondol {

// Of `n` choices.
std::shared_ptr<AnswerSink> whole_chat_answer(std::shared_ptr<Responder> responder, int n);
std::shared_ptr<AnswerSink> streamed_chat_answer(std::shared_ptr<Responder> responder, int n, const Delivery& delivery);

}  // namespace ondol
