#include "tune/synthesis/local_source.h"

#include "base/interrupt.h"
#include "engine/answer_format.h"
#include "engine/generate.h"
#include "prompt/thinking.h"

namespace ondol {

Result<std::unique_ptr<LocalSource>> LocalSource::create(const Model& model, const ChatTemplate& chat,
                                                         ThreadPool& pool) {
  TRY(auto engine, Engine::create(model, pool, {}));
  TRY(const SequenceId sequence, engine->open());
  return std::unique_ptr<LocalSource>(new LocalSource(chat, std::move(engine), sequence));
}

LocalSource::LocalSource(const ChatTemplate& chat, std::unique_ptr<Engine> engine, SequenceId sequence)
    : chat_(chat), engine_(std::move(engine)), sequence_(sequence), encoder_(*engine_->model().tokenizer) {}

Result<SourceAnswer> LocalSource::answer(const SourceQuestion& question) {
  const Tokenizer& tokenizer = *engine_->model().tokenizer;
  TRY(const std::vector<PromptPiece> pieces,
      chat_.render({.messages = question.messages, .edges = edge_tokens(tokenizer), .now = time_now()}));
  const bool ends_with_template = !pieces.empty() && pieces.back().from_template;
  AnswerSyntax syntax = recognize_answer_syntax(chat_.source(), ends_with_template ? pieces.back().text : "", false);
  GenerateOptions options{.max_tokens = question.max_tokens};
  options.sampler.temperature = question.temperature;
  options.sampler.seed = question.seed;
  options.special = marks_are_control_tokens(syntax, tokenizer);

  TRY(const Generated generated, generate(*engine_, sequence_, encoder_.encode(pieces), options, nullptr));
  TRY(check_interrupted());
  AnswerReader reader(std::move(syntax), nullptr);
  reader.push(generated.text);
  return SourceAnswer{.text = reader.finish().text, .is_cut = generated.reason == FinishReason::kLength};
}

}  // namespace ondol
