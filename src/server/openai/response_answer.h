// Answers of /v1/responses: whole, or as a stream of events.
#pragma once

#include <memory>

#include "server/answer_sink.h"
#include "server/json/json_text.h"

namespace ondol {

// `echoed`: fields of the request that the answer repeats.
std::shared_ptr<AnswerSink> response_answer(std::shared_ptr<Responder> responder, bool streams, const Json& echoed);

}  // namespace ondol
