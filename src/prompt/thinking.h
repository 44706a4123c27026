// Thinking sections: the marks between what a model thinks, what it says and the tools it calls.
//
// Each family has its own marks; they are data.  Generated text is read as it comes, a mark may be cut anywhere.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "prompt/tool_call_follower.h"
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
  bool holds_calls = false;  // a grammar holds calls to `tool_calls`: they can be followed as they are written
  AnswerKind starts_with = AnswerKind::kText;
};

// The marks of a model, known by what its chat template (Jinja text) writes.  `prompt_end` is the text a rendered
// prompt ends with: some open the thinking section for the model.  Without `has_tools` a call is text like any other.
AnswerSyntax recognize_answer_syntax(std::string_view jinja, std::string_view prompt_end, bool has_tools);

// A call the answer had no room for.
struct CutCall {
  ToolCall call;     // its arguments are the beginning of JSON
  std::string text;  // of this call and those before it, as they were written
};

struct Answer {
  std::string thinking, text;
  std::vector<ToolCall> tool_calls;
  std::optional<CutCall> cut_call = {};  // behind `tool_calls`; only of calls that are followed
};

// Sorts generated text into its sections.
class AnswerReader {
 public:
  using OnPiece = std::function<void(AnswerKind, std::string_view)>;
  using OnCall = std::function<void(const CallPiece&)>;
  // `on_piece` (may be null) receives thinking and text as they become certain, `on_call` (may be null) the calls that
  // can be followed; finish() gives all of them again, and those that can not.
  AnswerReader(AnswerSyntax syntax, OnPiece on_piece, OnCall on_call = nullptr);

  // Takes the next piece of text, whole characters.
  void push(std::string_view text);
  // The end of the answer.  A section that was to be a call but cannot be read as one becomes text, unless it was
  // followed: who heard of it keeps it, cut.
  Answer finish();

 private:
  void add(AnswerKind kind, std::string_view text);
  void read_marks(bool at_end);
  void follow_call();
  bool hears_calls() const;
  bool is_no_bare_call() const;

  AnswerSyntax syntax_;
  OnPiece on_piece_;
  AnswerKind kind_;
  std::string held_back_;  // not yet known to be free of a mark
  std::string call_text_;
  std::optional<ToolCallFollower> follower_;
  size_t n_followed_ = 0;  // bytes of call_text_
  bool may_be_bare_call_;  // the syntax has no trigger, and nothing else was said yet
  Answer answer_;
};

}  // namespace ondol
