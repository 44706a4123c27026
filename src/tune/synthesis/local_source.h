// LocalSource: a model file as the teacher.
#pragma once

#include <memory>
#include <optional>

#include "engine/constraint.h"
#include "engine/engine.h"
#include "prompt/prompt_encoder.h"
#include "tune/synthesis/text_source.h"

namespace ondol {

// Answers several questions in one pass over the weights (engine/streams.h).
class LocalSource : public TextSource {
 public:
  // The model has a tokenizer; all three outlive the source.  `held`: the form of answers that are held to one.  Fails
  // as Engine::create() does.
  static Result<std::unique_ptr<LocalSource>> create(const Model& model, const ChatTemplate& chat, ThreadPool& pool,
                                                     std::optional<AnswerFormat> held);

  // What questions share is computed once.
  Result<std::vector<SourceAnswer>> answer(std::span<const SourceQuestion> questions) override;
  int64_t n_at_once() const override { return kAtOnce; }
  bool holds_answers() const override { return held_.has_value(); }

 private:
  static constexpr int kAtOnce = 8;
  struct Asked;

  LocalSource(const ChatTemplate& chat, std::unique_ptr<Engine> engine, std::optional<AnswerFormat> held);
  Result<Asked> ask(const SourceQuestion& question) const;

  const ChatTemplate& chat_;
  std::unique_ptr<Engine> engine_;
  PromptEncoder encoder_;
  std::optional<AnswerFormat> held_;
};

}  // namespace ondol
