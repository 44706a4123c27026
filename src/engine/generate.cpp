#include "engine/generate.h"

#include <algorithm>

#include "base/check.h"
#include "base/clock.h"
#include "base/interrupt.h"

namespace ondol {
namespace {

bool goes_on(const AnswerStream& answer) { return !answer.finished() && !interrupted(); }

// Guesses of what comes behind the answer that have room: in one pass over the weights, in the context, in the answer,
// in what can be forgotten again.
std::span<const TokenId> guess(const Engine& engine, SequenceId sequence, const GenerateOptions& options,
                               const AnswerStream& answer) {
  if (options.speculation == nullptr) return {};
  const int64_t room_in_context = engine.context_length() - engine.length(sequence);
  int64_t room = std::min({room_in_context, engine.max_logit_rows(), engine.max_revocable(sequence)}) - 1;
  if (options.max_tokens >= 0) room = std::min(room, options.max_tokens - std::ssize(answer.tokens()) - 1);
  const auto guesses = options.speculation->guess(answer.tokens(), room, answer.sampler());
  // Nothing is fed behind a token that ends the answer.
  const Tokenizer* tokenizer = engine.model().tokenizer.get();
  const auto end = std::find_if(guesses.begin(), guesses.end(), [&](TokenId token) {
    return tokenizer != nullptr && tokenizer->ends_generation(token);
  });
  return guesses.first(static_cast<size_t>(end - guesses.begin()));
}

// Feeds the newest token and behind it guesses, and takes a token from the logits of each, as long as the next guess is
// the token taken.  The sequence then forgets the guesses that were not.
Result<VerifiedGuesses> feed_newest(Engine& engine, SequenceId sequence, AnswerStream& answer,
                                    std::span<const TokenId> guesses) {
  TRY(LogitUse use, answer.logit_use());   // an impossible answer fails before the work
  if (!guesses.empty()) use.allowed = {};  // what may follow them is not known yet
  std::vector<TokenId> tokens = {answer.next()};
  tokens.insert(tokens.end(), guesses.begin(), guesses.end());
  const auto n_vocab = static_cast<size_t>(engine.model().hp.vocab_size);
  VerifiedGuesses verified{.n_guesses = std::ssize(guesses)};
  const auto take_rows = [&](const float* logits) -> Status {
    TRY(answer.take({logits, n_vocab}));
    for (const TokenId guess : guesses) {
      if (!goes_on(answer)) break;
      verified.was_wrong = guess != answer.next();
      if (verified.was_wrong) break;
      TRY(answer.allowed());
      logits += n_vocab;
      ++verified.n_right;
      TRY(answer.take({logits, n_vocab}));
    }
    return ok();
  };
  const int64_t length = engine.length(sequence) + 1;
  const Engine::Input input{sequence, tokens, !guesses.empty(), use};
  Status taken;
  const double start = now_s();
  TRY(engine.step({&input, 1}, [&](const Engine::Rows& rows) {
    CHECK(rows.n_rows == std::ssize(tokens));
    verified.step_s = now_s() - start;
    taken = take_rows(rows.logits);
  }));
  if (!guesses.empty()) engine.truncate(sequence, length + verified.n_right);
  TRY(std::move(taken));
  return verified;
}

}  // namespace

Result<Generated> generate(Engine& engine, SequenceId sequence, std::span<const TokenId> prompt,
                           const GenerateOptions& options, const OnText& on_text,
                           const std::function<void(int64_t, int64_t)>& on_prefill) {
  const Model& model = engine.model();
  TRY(prompt, prompt_or_bos(model, prompt));
  AnswerStream answer(model, prompt, engine.context_length(), options, on_text);

  // prefill
  const double start = now_s();
  const int64_t n_cached = engine.reuse(sequence, prompt);
  const auto rest = prompt.subspan(static_cast<size_t>(n_cached));
  const auto read_prompt = [&]() -> Status {
    TRY(const LogitUse use, answer.logit_use());
    const Engine::Input input{.sequence = sequence, .tokens = rest, .use = use};
    Status taken;
    TRY(engine.step(
        {&input, 1},
        [&](const Engine::Rows& rows) {
          taken = answer.take({rows.logits, static_cast<size_t>(model.hp.vocab_size)});
        },
        [&](int64_t n_done) {
          if (on_prefill) on_prefill(n_done, std::ssize(rest));
        }));
    return taken;
  };
  const Status was_read = read_prompt();
  if (!was_read && was_read.error().kind != ErrorKind::kInterrupted) return tl::make_unexpected(was_read.error());
  const double decode_start = now_s();

  // decode
  int64_t n_steps = 0, n_guessed = 0, n_guessed_right = 0;
  if (options.speculation != nullptr) options.speculation->begin(prompt);
  while (was_read && goes_on(answer)) {
    const auto guesses = guess(engine, sequence, options, answer);
    TRY(const VerifiedGuesses verified, feed_newest(engine, sequence, answer, guesses));
    if (options.speculation != nullptr) options.speculation->add_step(verified);
    ++n_steps;
    n_guessed += verified.n_guesses;
    n_guessed_right += verified.n_right;
  }
  Generated result = answer.finish(FinishReason::kInterrupted);
  result.n_cached_tokens = n_cached;
  result.prefill_s = decode_start - start;
  result.decode_s = now_s() - decode_start;
  result.n_decode_steps = n_steps;
  result.n_guessed = n_guessed;
  result.n_guessed_right = n_guessed_right;
  return result;
}

}  // namespace ondol
