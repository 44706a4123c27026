#include "server/sectioned_answer.h"

namespace ondol {

void SectionedAnswer::piece(int, AnswerKind kind, std::string_view text) {
  if (streams_) add(kind, text);
}

void SectionedAnswer::report(int, const TokenReport&) {}

void SectionedAnswer::finish(int, FinishedChoice finished) {
  const Answer& answer = finished.answer;
  if (!streams_) {
    add(AnswerKind::kThinking, answer.thinking);
    add(AnswerKind::kText, answer.text);
  }
  close(/*is_cut=*/finished.generated.reason == FinishReason::kLength && answer.tool_calls.empty());
  for (const ToolCall& call : answer.tool_calls) add_call(call);
  conclude(finished.generated, !answer.tool_calls.empty());
}

void SectionedAnswer::add(AnswerKind kind, std::string_view text) {
  if (text.empty()) return;
  if (open_ != kind) {
    close(/*is_cut=*/false);
    open_ = kind;
    begin_section(kind);
  }
  add_text(kind, text);
}

void SectionedAnswer::close(bool is_cut) {
  if (open_) end_section(*open_, is_cut);
  open_.reset();
}

}  // namespace ondol
