// LocalSource: a model file as the teacher.
#pragma once

#include <memory>

#include "engine/engine.h"
#include "prompt/prompt_encoder.h"
#include "tune/synthesis/text_source.h"

namespace ondol {

class LocalSource : public TextSource {
 public:
  // The model has a tokenizer; all three outlive the source.  Fails as Engine::create() does.
  static Result<std::unique_ptr<LocalSource>> create(const Model& model, const ChatTemplate& chat, ThreadPool& pool);

  // What a question shares with the one before is not computed again.
  Result<SourceAnswer> answer(const SourceQuestion& question) override;

 private:
  LocalSource(const ChatTemplate& chat, std::unique_ptr<Engine> engine, SequenceId sequence);

  const ChatTemplate& chat_;
  std::unique_ptr<Engine> engine_;
  SequenceId sequence_;
  PromptEncoder encoder_;
};

}  // namespace ondol
