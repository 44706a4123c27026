// Answers of /api/chat and /api/generate: one object, or a stream of lines.
#pragma once

#include <memory>
#include <string>

#include "server/answer_sink.h"

namespace ondol {

struct OllamaAnswerOptions {
  std::string model;  // as the client calls it
  bool streams = true;
  bool is_chat = true;  // has messages, not "response" texts
};

// Time counts from this call.
std::shared_ptr<AnswerSink> ollama_answer(std::shared_ptr<Responder> responder, OllamaAnswerOptions options);

// The answer to a request that says nothing; `reason` is what was done: "load" or "unload".
void send_silence(Responder& responder, const OllamaAnswerOptions& options, const char* reason);

}  // namespace ondol
