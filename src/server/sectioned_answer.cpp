#include "server/sectioned_answer.h"

namespace ondol {

void SectionedAnswer::piece(int, AnswerKind kind, std::string_view text) {
  if (streams_) add(kind, text);
}

void SectionedAnswer::call_piece(int, const CallPiece& piece) {
  if (!streams_) return;
  has_told_calls_ = true;
  add(piece);
}

void SectionedAnswer::report(int, const TokenReport&) {}

void SectionedAnswer::finish(int, FinishedChoice finished) {
  const Answer& answer = finished.answer;
  const bool has_calls = !answer.tool_calls.empty() || answer.cut_call;
  if (!streams_) {
    add(AnswerKind::kThinking, answer.thinking);
    add(AnswerKind::kText, answer.text);
  }
  if (!has_told_calls_) {
    if (has_calls) close(/*is_cut=*/false);
    for (const ToolCall& call : answer.tool_calls) {
      add(call);
      close(/*is_cut=*/false);
    }
    if (answer.cut_call) add(answer.cut_call->call);
  }
  const bool is_cut = has_calls ? answer.cut_call.has_value() : finished.generated.reason == FinishReason::kLength;
  close(is_cut);
  conclude(finished.generated, !answer.tool_calls.empty() && !answer.cut_call);
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

void SectionedAnswer::add(const CallPiece& piece) {
  if (!piece.name.empty()) {
    close(/*is_cut=*/false);
    open_ = AnswerKind::kToolCall;
    begin_call(std::string(piece.name), std::string(piece.id));
  }
  if (!piece.arguments.empty()) add_text(AnswerKind::kToolCall, piece.arguments);
}

void SectionedAnswer::add(const ToolCall& call) {
  add(CallPiece{.name = call.name, .id = call.id});
  add(CallPiece{.arguments = call.arguments});
}

void SectionedAnswer::close(bool is_cut) {
  if (open_) end_section(*open_, is_cut);
  open_.reset();
}

}  // namespace ondol
