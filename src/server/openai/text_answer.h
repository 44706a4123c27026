// Answers of /v1/completions: whole, or as a stream of chunks.
#pragma once

#include <memory>
#include <vector>

#include "server/answer_request.h"
#include "server/answer_sink.h"
#include "server/openai/delivery.h"

namespace ondol {

struct TextAnswerOptions {
  Delivery delivery{};
  int n_prompts = 1, n_each = 1;    // answers: those to the first prompt first
  std::vector<RawPrompt> echoed{};  // prompts that are shown in front of their answers; empty: none is
  bool has_likelihoods = false;
};

std::shared_ptr<AnswerSink> text_answer(std::shared_ptr<Responder> responder, TextAnswerOptions options);

}  // namespace ondol
