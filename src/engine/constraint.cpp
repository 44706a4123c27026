#include "engine/constraint.h"

#include <algorithm>

#include "base/check.h"
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
    const bool has_mark = !format.free_until.empty() && id < format.vocabulary->size() &&
                          format.vocabulary->text(id).find(format.free_until) != std::string::npos;
    if (has_mark) with_mark_.push_back(id);
  }
}

// Space behind the mark that ends free text belongs to the mark, unless the grammar wants it.
bool Constraint::may_follow_free_text(std::string_view rest) {
  return rest.find_first_not_of(" \t\r\n") == std::string::npos ||
         matcher_.read(matcher_.start(), rest) != MatchState::kDead;
}

// Everything but tokens that end the free text and go on as the grammar cannot begin.  Null when there are none such.
const TokenMask* Constraint::free_mask() {
  const std::string_view mark = format_.free_until;
  std::vector<int32_t> unwanted;
  for (const int32_t id : with_mark_) {
    const std::string& text = format_.vocabulary->text(id);
    if (!may_follow_free_text(std::string_view(text).substr(text.find(mark) + mark.size()))) unwanted.push_back(id);
  }
  for (size_t n = 1; n < mark.size(); ++n) {
    if (!free_tail_.ends_with(mark.substr(0, n))) continue;
    for (int64_t id = 0; id < format_.vocabulary->size(); ++id) {
      const std::string_view text = format_.vocabulary->text(id);
      if (!text.starts_with(mark.substr(n))) continue;
      if (!may_follow_free_text(text.substr(mark.size() - n))) unwanted.push_back(static_cast<int32_t>(id));
    }
  }
  if (!format_.may_end_free) unwanted.insert(unwanted.end(), ends_.begin(), ends_.end());
  if (unwanted.empty()) return nullptr;
  mask_ = TokenMask(tokenizer_.vocab_size());
  std::fill(mask_.words().begin(), mask_.words().end(), ~uint64_t{0});
  for (const int32_t id : unwanted) mask_.reset(id);
  return &mask_;
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
  if (is_free_) return free_mask();
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
  if (was_first && !is_free_ && format_.opens_free_text == token) {
    is_free_ = true;
    return ok();
  }
  if (is_free_) {
    free_tail_ += text.empty() ? tokenizer_.piece(token, /*special=*/true) : text;
    const size_t found = free_tail_.find(format_.free_until);
    if (found == std::string::npos) {
      const size_t kept = std::min(free_tail_.size(), format_.free_until.size());
      free_tail_.erase(0, free_tail_.size() - kept);
      return ok();
    }
    is_free_ = false;
    text = free_tail_.substr(found + format_.free_until.size());
    if (matcher_.read(state_, text) == MatchState::kDead) text.clear();  // space
  }
  matcher_.allow(Matcher::kWorkPerToken);
  state_ = matcher_.read(state_, text);
  if (matcher_.overflowed()) return fail(ErrorKind::kBadInput, msg::kConstraintTooAmbiguous);
  const bool is_allowed = !format_.needs_guard || guard_.write(text);
  CHECK(state_ != MatchState::kDead && is_allowed);
  return ok();
}

bool Constraint::finished() const { return !is_free_ && matcher_.can_end(state_) && !matcher_.can_continue(state_); }

}  // namespace ondol
