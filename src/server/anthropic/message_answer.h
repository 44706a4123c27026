// Answers of /v1/messages: whole, or as a stream of events.
#pragma once

#include <memory>

#include "server/answer_sink.h"

namespace ondol {

std::shared_ptr<AnswerSink> anthropic_answer(std::shared_ptr<Responder> responder, bool streams);

}  // namespace ondol
