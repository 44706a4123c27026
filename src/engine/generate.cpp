#include "engine/generate.h"

#include <chrono>
#include <optional>
#include <utility>

#include "base/interrupt.h"
#include "base/utf8.h"
#include "engine/engine_messages.h"
#include "engine/stop_texts.h"

namespace ondol {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Turns tokens into text as far as it is certain: whole characters, no stop text.
class AnswerText {
 public:
  // `at_start`: nothing visible stands before the answer, so a prefix space of the tokenizer is not part of it.
  AnswerText(const Tokenizer* tokenizer, const GenerateOptions& options, bool at_start)
      : tokenizer_(tokenizer), special_(options.special), at_start_(at_start), stops_(options.stops) {}

  std::string push(TokenId token) {
    if (tokenizer_ == nullptr) return {};
    const std::string bytes =
        at_start_ ? tokenizer_->decode({&token, 1}, special_) : tokenizer_->piece(token, special_);
    if (!tokenizer_->piece(token, special_).empty()) at_start_ = false;
    return stops_.push(characters_.push(bytes));
  }
  bool stopped() const { return stops_.found(); }
  std::string finish() { return stops_.finish(); }

 private:
  const Tokenizer* tokenizer_;
  bool special_;
  bool at_start_;
  Utf8Stream characters_;
  StopTexts stops_;
};

bool is_visible(const Tokenizer* tokenizer, std::span<const TokenId> tokens) {
  for (const TokenId token : tokens) {
    if (tokenizer != nullptr && !tokenizer->piece(token).empty()) return true;
  }
  return false;
}

}  // namespace

Result<Generated> generate(Engine& engine, SequenceId sequence, std::span<const TokenId> prompt,
                           const GenerateOptions& options, const std::function<void(std::string_view)>& on_text,
                           const std::function<void(int64_t, int64_t)>& on_prefill) {
  const Tokenizer* tokenizer = engine.model().tokenizer.get();
  const bool fresh = engine.length(sequence) == 0;
  std::vector<TokenId> input(prompt.begin(), prompt.end());
  if (input.empty()) {
    if (!fresh || tokenizer == nullptr || !tokenizer->bos) return fail(ErrorKind::kBadInput, msg::kEmptyPrompt);
    input.push_back(*tokenizer->bos);
  }

  Generated result;
  result.n_prompt_tokens = static_cast<int64_t>(input.size());
  Sampler sampler(options.sampler);
  for (const TokenId token : input) sampler.accept(token);
  const bool at_start = fresh && !is_visible(tokenizer, input);
  AnswerText answer(tokenizer, options, at_start);
  std::optional<Constraint> constraint;
  if (options.format != nullptr && tokenizer != nullptr) constraint.emplace(*options.format, *tokenizer, at_start);
  const TokenMask* allowed = nullptr;
  const auto show = [&](const std::string& text) {
    if (text.empty()) return;
    result.text += text;
    if (on_text) on_text(text);
  };
  TokenId next{};
  const auto feed = [&](std::span<const TokenId> tokens, const std::function<void(int64_t)>& progress) -> Status {
    const Engine::Input step_input{sequence, tokens};
    if (constraint) { TRY(allowed, constraint->allowed()); }
    return engine.step(
        {&step_input, 1},
        [&](const Engine::Rows& rows) {
          next = sampler.sample({rows.logits, static_cast<size_t>(engine.model().hp.vocab_size)}, allowed);
        },
        progress);
  };

  // prefill
  const auto start = Clock::now();
  const Status fed = feed(input, [&](int64_t n_done) {
    if (on_prefill) on_prefill(n_done, result.n_prompt_tokens);
  });
  result.prefill_s = seconds_since(start);
  if (!fed && fed.error().kind != ErrorKind::kInterrupted) return tl::make_unexpected(fed.error());
  if (!fed) {
    result.reason = FinishReason::kInterrupted;
    return result;
  }

  // decode
  const auto decode_start = Clock::now();
  const auto wanted = [&] { return options.max_tokens < 0 || std::ssize(result.tokens) < options.max_tokens; };
  result.reason = FinishReason::kLength;
  while (wanted()) {
    if (interrupted()) {
      result.reason = FinishReason::kInterrupted;
      break;
    }
    if (tokenizer != nullptr && tokenizer->ends_generation(next)) {
      result.reason = FinishReason::kStop;
      break;
    }
    show(answer.push(next));
    if (answer.stopped()) {
      result.reason = FinishReason::kStop;
      break;
    }
    result.tokens.push_back(next);
    if (constraint) TRY(constraint->accept(next));
    if (constraint && constraint->finished()) {
      result.reason = FinishReason::kStop;
      break;
    }
    if (!wanted() || engine.length(sequence) == engine.context_length()) break;
    TRY(feed({&result.tokens.back(), 1}, nullptr));
  }
  show(answer.finish());
  result.decode_s = seconds_since(decode_start);
  return result;
}

}  // namespace ondol
