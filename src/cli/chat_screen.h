// The chat on a terminal: reads what a person types, shows what the model answers.
//
// Line editing is the terminal's own.  Ctrl-C stops an answer and comes back here; a second one in a row, before
// anything else is typed, ends the chat with exit code 130.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cli/console.h"
#include "engine/conversation.h"

namespace ondol {

// How the model behind the screen answers.  Made by cli/command/run.cpp.
struct ChatBackend {
  // Answers one message.  Errors of kind kBadInput are shown and the chat goes on; others end it.
  std::function<Result<Reply>(std::string_view message, const AnswerReader::OnPiece& on_piece)> answer;
  std::function<void()> reset;
  std::function<void(std::string)> set_system;  // null where there is no chat template
  std::function<std::string(const Reply&)> stats;
  bool raw = false;  // messages are not normalised
  bool shows_thinking = true;
};

// Runs until Ctrl-D or /exit.  `banner` is shown first.
Status run_chat_screen(const ChatBackend& backend, std::string_view banner, Console& console);

// Lines from standard input, as they come.
class LineReader {
 public:
  enum class End { kLine, kEndOfInput, kInterrupted };
  // The next line without its line end in `line`.
  End next(std::string& line);

 private:
  std::string buffered_;
};

}  // namespace ondol
