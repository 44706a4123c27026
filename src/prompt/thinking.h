// Thinking sections: the marks between what a model thinks, what it says and the tools it calls.
//
// Each family has its own marks; they are data.  Generated text is read as it comes, a mark may be cut anywhere.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "prompt/tool_calls.h"

namespace ondol {

enum class AnswerKind {
  kThinking,
  kText,
  kToolCall,  // not yet read
  kHidden,    // frames between sections
};

// From `text` on, what comes is of kind `begins`.  The mark itself belongs to neither side, unless `kept`: then it is
// the first text of the new section.
struct AnswerMark {
  std::string text;
  AnswerKind begins;
  bool kept = false;
};

struct AnswerSyntax {
  std::vector<AnswerMark> marks;
  const ToolCallSyntax* tool_calls = nullptr;
  AnswerKind starts_with = AnswerKind::kText;
};

// The marks of a model, known by what its chat template (Jinja text) writes.  `prompt_end` is the text a rendered
// prompt ends with: some open the thinking section for the model.  Without `has_tools` a call is text like any other.
AnswerSyntax recognize_answer_syntax(std::string_view jinja, std::string_view prompt_end, bool has_tools);

struct Answer {
  std::string thinking, text;
  std::vector<ToolCall> tool_calls;
};

// Sorts generated text into its sections.
class AnswerReader {
 public:
  using OnPiece = std::function<void(AnswerKind, std::string_view)>;
  // `on_piece` (may be null) receives thinking and text as they become certain, calls never.
  AnswerReader(AnswerSyntax syntax, OnPiece on_piece);

  // Takes the next piece of text, whole characters.
  void push(std::string_view text);
  // The end of the answer.  A section that was to be a call but cannot be read as one becomes text.
  Answer finish();

 private:
  void add(AnswerKind kind, std::string_view text);
  void read_marks(bool at_end);

  AnswerSyntax syntax_;
  OnPiece on_piece_;
  AnswerKind kind_;
  std::string held_back_;  // not yet known to be free of a mark
  std::string call_text_;
  bool may_be_bare_call_;  // the syntax has no trigger, and nothing else was said yet
  Answer answer_;
};

}  // namespace ondol
