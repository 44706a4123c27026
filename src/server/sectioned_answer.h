// SectionedAnswer: an answer as a row of sections, thinking, text and calls, in APIs that number them.
//
// Streams take the sections as they come; whole answers are made of the same sections at the end, thinking first.
// Each call is a section; where it cannot be followed as it is written, it is one of a single piece.
#pragma once

#include <optional>

#include "server/answer_sink.h"

namespace ondol {

class SectionedAnswer : public AnswerSink {
 public:
  explicit SectionedAnswer(bool streams) : streams_(streams) {}

  void piece(int choice, AnswerKind kind, std::string_view text) final;
  void call_piece(int choice, const CallPiece& piece) final;
  void report(int choice, const TokenReport& report) final;
  void finish(int choice, FinishedChoice finished) final;

 protected:
  virtual void begin_section(AnswerKind kind) = 0;  // of thinking or text
  virtual void begin_call(std::string name, std::string id) = 0;
  // Of thinking, text or a call's arguments.
  virtual void add_text(AnswerKind kind, std::string_view text) = 0;
  // `is_cut`: the answer had no room for its end.
  virtual void end_section(AnswerKind kind, bool is_cut) = 0;
  // All sections have ended.
  virtual void conclude(const Generated& generated, bool has_calls) = 0;

  bool streams() const { return streams_; }

 private:
  void add(AnswerKind kind, std::string_view text);
  void add(const CallPiece& piece);
  void add(const ToolCall& call);
  void close(bool is_cut);

  const bool streams_;
  bool has_told_calls_ = false;
  std::optional<AnswerKind> open_;
};

}  // namespace ondol
