#include "engine/answer_stream.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "engine/engine_messages.h"

namespace ondol {
namespace {

bool is_visible(const Tokenizer* tokenizer, std::span<const TokenId> tokens) {
  return tokenizer != nullptr &&
         std::any_of(tokens.begin(), tokens.end(), [&](TokenId token) { return !tokenizer->piece(token).empty(); });
}

}  // namespace

Result<std::span<const TokenId>> prompt_or_bos(const Model& model, std::span<const TokenId> prompt) {
  if (!prompt.empty()) return prompt;
  if (model.tokenizer == nullptr || !model.tokenizer->bos) return fail(ErrorKind::kBadInput, msg::kEmptyPrompt);
  return std::span(&*model.tokenizer->bos, 1);
}

AnswerStream::AnswerStream(const Model& model, std::span<const TokenId> prompt, int64_t context_length,
                           const GenerateOptions& options, OnText on_text, OnToken on_token)
    : tokenizer_(model.tokenizer.get()),
      special_(options.special),
      at_start_(!is_visible(tokenizer_, prompt)),
      // The last token of a full context has logits and so a token behind it.
      max_tokens_(context_length - std::ssize(prompt) + 1),
      n_top_likelihoods_(options.n_top_likelihoods),
      on_text_(std::move(on_text)),
      on_token_(std::move(on_token)),
      sampler_(options.sampler),
      stops_(options.stops) {
  if (options.max_tokens >= 0) max_tokens_ = std::min(max_tokens_, options.max_tokens);
  if (options.format != nullptr && tokenizer_ != nullptr) constraint_.emplace(*options.format, *tokenizer_, at_start_);
  for (const TokenId token : prompt) sampler_.accept(token);
  result_.n_prompt_tokens = std::ssize(prompt);
}

Result<const TokenMask*> AnswerStream::allowed() {
  if (!constraint_) return nullptr;
  if (!allowed_) { TRY(allowed_, constraint_->allowed()); }
  return *allowed_;
}

Result<LogitUse> AnswerStream::logit_use() {
  TRY(const TokenMask* mask, allowed());
  if (reports()) return LogitUse{};
  LogitUse use{.highest_only = sampler_.wants_highest_only()};
  if (mask != nullptr) use.allowed = mask->words();
  return use;
}

Status AnswerStream::take(std::span<const float> logits) {
  CHECK(!finished());
  TRY(const TokenMask* mask, allowed());
  allowed_.reset();
  const TokenId token = sampler_.sample(logits, mask);
  if (std::ssize(result_.tokens) >= max_tokens_) {
    reason_ = FinishReason::kLength;
    return ok();
  }
  if (tokenizer_ != nullptr && tokenizer_->ends_generation(token)) {
    reason_ = FinishReason::kStop;
    return ok();
  }
  const std::string text = text_of(token);
  const std::string certain = stops_.push(characters_.push(text));
  if (stops_.found()) {
    show(certain);
    result_.stop = stops_.found_text();
    reason_ = FinishReason::kStop;
    return ok();
  }
  result_.tokens.push_back(token);
  if (reports()) report(token, logits, text);
  show(certain);
  if (constraint_) TRY(constraint_->accept(token));
  if (constraint_ && constraint_->finished()) reason_ = FinishReason::kStop;
  else if (std::ssize(result_.tokens) == max_tokens_) reason_ = FinishReason::kLength;
  return ok();
}

void AnswerStream::report(TokenId token, std::span<const float> logits, const std::string& text) {
  TokenReport report = report_token(logits, token, n_top_likelihoods_);
  report.text = text;
  if (on_token_) on_token_(report);
  result_.reports.push_back(std::move(report));
}

std::string AnswerStream::text_of(TokenId token) {
  if (tokenizer_ == nullptr) return {};
  const std::string piece = tokenizer_->piece(token, special_);
  const std::string text = at_start_ ? tokenizer_->decode({&token, 1}, special_) : piece;
  if (!piece.empty()) at_start_ = false;
  return text;
}

void AnswerStream::show(const std::string& text) {
  if (text.empty()) return;
  result_.text += text;
  if (on_text_) on_text_(text);
}

Generated AnswerStream::finish(FinishReason reason) {
  show(stops_.finish());
  result_.reason = reason_.value_or(reason);
  reason_ = result_.reason;
  return std::move(result_);
}

}  // namespace ondol
