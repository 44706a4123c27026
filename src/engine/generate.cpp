#include "engine/generate.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "engine/engine_messages.h"

namespace ondol {

Result<Generated> generate(Engine& engine, SequenceId sequence, std::span<const TokenId> prompt,
                           const GenerateOptions& options, const OnText& on_text,
                           const std::function<void(int64_t, int64_t)>& on_prefill) {
  const Model& model = engine.model();
  if (prompt.empty()) {
    if (model.tokenizer == nullptr || !model.tokenizer->bos) return fail(ErrorKind::kBadInput, msg::kEmptyPrompt);
    prompt = {&*model.tokenizer->bos, 1};
  }
  AnswerStream answer(model, prompt, engine.context_length(), options, on_text);
  const auto feed = [&](std::span<const TokenId> tokens, const std::function<void(int64_t)>& progress) -> Status {
    TRY(answer.allowed());  // an impossible answer fails before the work
    const Engine::Input input{sequence, tokens};
    Status taken;
    TRY(engine.step(
        {&input, 1},
        [&](const Engine::Rows& rows) {
          taken = answer.take({rows.logits, static_cast<size_t>(model.hp.vocab_size)});
        },
        progress));
    return taken;
  };

  // prefill
  const double start = now_s();
  const int64_t n_cached = engine.reuse(sequence, prompt);
  const auto rest = prompt.subspan(static_cast<size_t>(n_cached));
  Status fed = feed(rest, [&](int64_t n_done) {
    if (on_prefill) on_prefill(n_done, std::ssize(rest));
  });
  const double decode_start = now_s();

  // decode
  while (fed && !answer.finished() && !interrupted()) fed = feed({&answer.tokens().back(), 1}, nullptr);
  if (!fed && fed.error().kind != ErrorKind::kInterrupted) return tl::make_unexpected(std::move(fed.error()));
  Generated result = answer.finish(FinishReason::kInterrupted);
  result.n_cached_tokens = n_cached;
  result.prefill_s = decode_start - start;
  result.decode_s = now_s() - decode_start;
  return result;
}

}  // namespace ondol
