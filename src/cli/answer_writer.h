// AnswerWriter: an answer on the screen as it comes.  What the model says goes to standard output; what it thinks,
// dimmed, to standard error, so that it can be seen but does not get into a pipe.
#pragma once

#include <string_view>

#include "cli/console.h"
#include "prompt/thinking.h"

namespace ondol {

class AnswerWriter {
 public:
  AnswerWriter(Console& console, bool shows_thinking) : console_(console), shows_thinking_(shows_thinking) {}

  void write(AnswerKind kind, std::string_view piece);
  // The tool calls, one JSON object a line, and the line end.
  void finish(const Answer& answer);

 private:
  void end_thinking();

  Console& console_;
  bool shows_thinking_;
  bool is_thinking_ = false, has_text_ = false;
};

}  // namespace ondol
