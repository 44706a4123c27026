// AnswerSink: an answer on its way into an API's words.
#pragma once

#include <memory>
#include <string_view>

#include "engine/answer_stream.h"
#include "prompt/thinking.h"
#include "server/api_error.h"
#include "server/hosted_model.h"

namespace ondol {

struct FinishedChoice {
  Answer answer;        // thinking, text and tool calls kept apart
  Generated generated;  // its text is in `answer`
};

struct PrefillProgress {
  int64_t n_prompt = 0, n_cached = 0, n_done = 0;  // tokens; done counts the cached ones, too
  double seconds = 0;
};

// Called on the engine thread; the first call may be fail(), before the model is even known.  After fail() or end()
// nothing comes.
class AnswerSink {
 public:
  virtual ~AnswerSink() = default;

  // The model that answers.
  virtual void begin(const std::shared_ptr<const HostedModel>& model) = 0;
  // The prompt has been read this far: when reading begins, and after each piece of it.
  virtual void progress(int choice, const PrefillProgress& progress) = 0;
  // Thinking or text of a choice, whole characters.
  virtual void piece(int choice, AnswerKind kind, std::string_view text) = 0;
  // Of a call that can be followed while it is written; finish() has it whole.
  virtual void call_piece(int choice, const CallPiece& piece) = 0;
  // Where reports were asked for: of each token, before the piece its text is in.
  virtual void report(int choice, const TokenReport& report) = 0;
  virtual void finish(int choice, FinishedChoice finished) = 0;
  // All choices have finished.
  virtual void end() = 0;
  virtual void fail(const ApiError& error) = 0;
};

}  // namespace ondol
