#include "engine/constraint.h"

#include <algorithm>

#include "engine/engine_messages.h"

namespace ondol {

Constraint::Constraint(const AnswerFormat& format, const Tokenizer& tokenizer, bool at_start)
    : format_(format),
      tokenizer_(tokenizer),
      at_start_(at_start),
      is_free_(format.begins_free),
      matcher_(format.grammar),
      state_(matcher_.start()),
      masks_(format.vocabulary) {
  for (int32_t id = 0; id < tokenizer.vocab_size(); ++id) {
    if (tokenizer.ends_generation(static_cast<TokenId>(id))) ends_.push_back(id);
  }
}

std::string Constraint::text_of(TokenId token) const {
  return at_start_ ? tokenizer_.decode({&token, 1}) : format_.vocabulary->text(static_cast<int64_t>(token));
}

// The first token's text may differ from what it is elsewhere: every token is asked.
const TokenMask& Constraint::first_mask() {
  mask_ = TokenMask(format_.vocabulary->size());
  for (int64_t id = 0; id < format_.vocabulary->size(); ++id) {
    if (format_.vocabulary->text(id).empty()) continue;
    const std::string text = text_of(static_cast<TokenId>(id));
    if (!text.empty() && matcher_.read(state_, text) != MatchState::kDead) mask_.set(id);
  }
  return mask_;
}

void Constraint::add_ends() {
  for (const int32_t id : ends_) mask_.set(id);
}

void Constraint::apply_guard() {
  for (const int32_t id : format_.vocabulary->structural()) {
    if (mask_[id] && !guard_.allows(format_.vocabulary->text(id))) mask_.reset(id);
  }
}

Result<const TokenMask*> Constraint::allowed() {
  if (is_free_) {
    if (format_.may_end_free) return nullptr;
    mask_ = TokenMask(format_.vocabulary->size());
    std::fill(mask_.words().begin(), mask_.words().end(), ~uint64_t{0});
    for (const int32_t id : ends_) mask_.reset(id);
    return &mask_;
  }
  if (matcher_.forget(state_)) masks_.clear();
  if (at_start_) first_mask();
  else mask_ = masks_.mask(matcher_, state_);
  if (matcher_.overflowed()) return fail(ErrorKind::kBadInput, msg::kConstraintTooAmbiguous);
  if (format_.needs_guard) apply_guard();
  if (matcher_.can_end(state_)) add_ends();
  if (is_first_ && format_.opens_free_text) mask_.set(static_cast<int64_t>(*format_.opens_free_text));
  if (mask_.none()) return fail(ErrorKind::kBadInput, msg::kConstraintStuck);
  return &mask_;
}

Status Constraint::accept(TokenId token) {
  const bool was_first = std::exchange(is_first_, false);
  std::string text = text_of(token);
  if (!text.empty()) at_start_ = false;
  if (!is_free_ && was_first && format_.opens_free_text == token) {
    is_free_ = true;
    return ok();
  }
  if (is_free_) {
    free_tail_ += tokenizer_.piece(token, /*special=*/true);
    const size_t found = free_tail_.find(format_.free_until);
    if (found == std::string::npos) {
      const size_t kept = std::min(free_tail_.size(), format_.free_until.size());
      free_tail_.erase(0, free_tail_.size() - kept);
      return ok();
    }
    is_free_ = false;
    text = free_tail_.substr(found + format_.free_until.size());
    // Space behind a closing mark belongs to the mark, unless the grammar wants it.
    const bool is_space = text.find_first_not_of(" \t\r\n") == std::string::npos;
    if (is_space && matcher_.read(state_, text) == MatchState::kDead) return ok();
  }
  state_ = matcher_.read(state_, text);
  const bool is_allowed = !format_.needs_guard || guard_.write(text);
  if (state_ == MatchState::kDead || !is_allowed) return fail(ErrorKind::kBadInput, msg::kConstraintLost);
  return ok();
}

bool Constraint::finished() const { return !is_free_ && matcher_.can_end(state_) && !matcher_.can_continue(state_); }

}  // namespace ondol
