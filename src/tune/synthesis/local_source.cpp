#include "tune/synthesis/local_source.h"

#include "engine/answer_format.h"
#include "engine/streams.h"
#include "prompt/thinking.h"
#include "tune/synthesis/synthesis_messages.h"

namespace ondol {

// A question as the engine takes it, and how its answer is read.
struct LocalSource::Asked {
  std::vector<TokenId> prompt;
  GenerateOptions options;
  AnswerSyntax syntax;
  std::optional<AnswerFormat> format;
};

Result<std::unique_ptr<LocalSource>> LocalSource::create(const Model& model, const ChatTemplate& chat, ThreadPool& pool,
                                                         std::optional<AnswerFormat> held) {
  const int64_t context = std::min<int64_t>(model.hp.context_length, 4096);
  // Questions and answers seldom fill a context: all together share two.
  const EngineOptions options{.context_length = context, .max_sequences = kAtOnce, .max_positions = 2 * context};
  TRY(auto engine, Engine::create(model, pool, options));
  return std::unique_ptr<LocalSource>(new LocalSource(chat, std::move(engine), std::move(held)));
}

LocalSource::LocalSource(const ChatTemplate& chat, std::unique_ptr<Engine> engine, std::optional<AnswerFormat> held)
    : chat_(chat), engine_(std::move(engine)), encoder_(*engine_->model().tokenizer), held_(std::move(held)) {}

Result<LocalSource::Asked> LocalSource::ask(const SourceQuestion& question) const {
  const Tokenizer& tokenizer = *engine_->model().tokenizer;
  const ChatMessage message{Role::kUser, question.prompt};
  TRY(const std::vector<PromptPiece> pieces,
      chat_.render({.messages = {&message, 1}, .edges = edge_tokens(tokenizer), .now = time_now()}));
  const bool ends_with_template = !pieces.empty() && pieces.back().from_template;
  Asked asked{.prompt = encoder_.encode(pieces), .options = {.max_tokens = question.max_tokens}};
  const int64_t n_tokens = std::ssize(asked.prompt), context = engine_->context_length();
  if (n_tokens >= context) return fail(ErrorKind::kBadInput, msg::kQuestionTooLong, n_tokens, context);
  asked.syntax = recognize_answer_syntax(chat_.source(), ends_with_template ? pieces.back().text : "", false);
  asked.options.sampler.temperature = question.temperature;
  asked.options.sampler.seed = question.seed;
  asked.options.special = marks_are_control_tokens(asked.syntax, tokenizer);
  if (held_ && question.is_held) asked.format = behind_thinking(*held_, asked.syntax, tokenizer);
  return asked;
}

Result<std::vector<SourceAnswer>> LocalSource::answer(std::span<const SourceQuestion> questions) {
  std::vector<Asked> asked;
  for (const SourceQuestion& question : questions) {
    TRY(Asked next, ask(question));
    asked.push_back(std::move(next));
  }
  std::vector<Result<Generated>> ends(asked.size());
  Streams streams(*engine_);
  streams.read_in_whole_steps();
  for (size_t i = 0; i < asked.size(); ++i) {
    Asked& one = asked[i];
    one.options.format = one.format ? &*one.format : nullptr;
    TRY(streams.add({.prompt = std::move(one.prompt),
                     .options = one.options,
                     .on_end = [&ends, i](Result<Generated> end) { ends[i] = std::move(end); }}));
  }
  while (!streams.idle()) TRY(streams.step());
  std::vector<SourceAnswer> answers;
  for (size_t i = 0; i < asked.size(); ++i) {
    TRY(const Generated generated, std::move(ends[i]));
    AnswerReader reader(std::move(asked[i].syntax), nullptr);
    reader.push(generated.text);
    answers.push_back({.text = reader.finish().text, .is_cut = generated.reason == FinishReason::kLength});
  }
  return answers;
}

}  // namespace ondol
