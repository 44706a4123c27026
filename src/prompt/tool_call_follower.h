// ToolCallFollower: reads calls while a model writes them, where a grammar holds it to their syntax, so that the tool
// and each piece of its arguments are known before the call is whole.
//
// Other calls are read at their end (tool_call_reader.h): only then is it known that they are calls, and that nothing
// behind the arguments, an id for one, belongs in front of them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "prompt/tool_calls.h"

namespace ondol {

// The beginning of a call, or what comes next of its arguments.
struct CallPiece {
  std::string_view name = {}, id = {};  // of a call that begins here; both "" in its later pieces
  std::string_view arguments = {};      // "" where a call begins; whole characters
};

class ToolCallFollower {
 public:
  using OnPiece = std::function<void(const CallPiece&)>;
  // `syntax` outlives it.  `on_piece` is told of calls whose arguments are a JSON object written behind the name.
  ToolCallFollower(const ToolCallSyntax& syntax, OnPiece on_piece);

  // Takes the next piece of a message that begins with the trigger of the syntax, whole characters.
  void push(std::string_view text);

  // Those that have begun, in full as far as they were written: the pieces of their arguments, one after another.
  // White space between values is left out of them.
  const std::vector<ToolCall>& calls() const { return calls_; }
  // Whether the arguments of the last call are not whole yet.
  bool in_arguments() const { return depth_ > 0; }

 private:
  void next_step();
  void take_literal(std::string_view& text);
  void take_word(std::string_view& text);
  void take_arguments(std::string_view& text);

  const ToolCallSyntax& syntax_;
  OnPiece on_piece_;
  std::vector<ToolCall> calls_;
  ptrdiff_t step_ = -2;    // -1: the beginning; then the parts of a call, and behind them the separator
  bool is_over_ = false;   // what comes is no call
  std::string literal_;    // what must still come of this step's, without white space
  std::string word_ends_;  // characters a name or an id ends at
  std::string name_, id_;  // of the call that is next
  int64_t depth_ = 0;      // of arguments: open brackets
  bool in_string_ = false, is_escaped_ = false;
};

}  // namespace ondol
