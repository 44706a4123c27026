// SectionedAnswer: an answer as a row of sections, thinking, text and calls, in APIs that number them.
//
// Streams take the sections as they come; whole answers are made of the same sections at the end, thinking first.
#pragma once

#include <optional>

#include "server/answer_sink.h"

namespace ondol {

class SectionedAnswer : public AnswerSink {
 public:
  explicit SectionedAnswer(bool streams) : streams_(streams) {}

  void piece(int choice, AnswerKind kind, std::string_view text) final;
  void report(int choice, const TokenReport& report) final;
  void finish(int choice, FinishedChoice finished) final;

 protected:
  virtual void begin_section(AnswerKind kind) = 0;
  virtual void add_text(AnswerKind kind, std::string_view text) = 0;
  // `is_cut`: the answer had no room for its end.
  virtual void end_section(AnswerKind kind, bool is_cut) = 0;
  virtual void add_call(const ToolCall& call) = 0;
  // All sections have ended.
  virtual void conclude(const Generated& generated, bool has_calls) = 0;

  bool streams() const { return streams_; }

 private:
  void add(AnswerKind kind, std::string_view text);
  void close(bool is_cut);

  const bool streams_;
  std::optional<AnswerKind> open_;
};

}  // namespace ondol
