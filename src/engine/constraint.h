// Constraint: holds one answer to a grammar while it is generated.
//
// Before each token it gives the mask of those that may follow; the end of the answer is among them exactly when the
// text is complete.  A grammar may begin to hold later: behind a thinking section, or when a tool is called.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "grammar/json_guard.h"
#include "grammar/matcher.h"
#include "grammar/token_masks.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

// What an answer is held to; immutable, shared by all answers.
struct AnswerFormat {
  std::shared_ptr<const Grammar> grammar;
  std::shared_ptr<const MaskVocabulary> vocabulary;
  bool needs_guard = false;  // see JsonGuard

  // Text of the model's own in front of what is held: until `free_until` has been written, which is not part of the
  // grammar.  "" for none.
  std::string free_until;
  bool begins_free = false;                // from the first token on
  std::optional<TokenId> opens_free_text;  // or when this token comes first (the opening of a thinking section)
  bool may_end_free = false;               // the answer may end there, too
};

// Owned by one thread; tokenizer and format outlive it.
class Constraint {
 public:
  // `at_start`: nothing visible stands before the answer, so a prefix space of the tokenizer is not part of it.
  Constraint(const AnswerFormat& format, const Tokenizer& tokenizer, bool at_start);

  // Tokens that may come next; null for any.  Valid until the next call.  Fails with kBadInput when no token of the
  // vocabulary can go on or the grammar is too ambiguous.
  Result<const TokenMask*> allowed();
  // Takes a token that was allowed.  Fails with kBadInput when the grammar is too ambiguous.
  Status accept(TokenId token);
  // True when the text is complete and nothing may follow.
  bool finished() const;

 private:
  std::string text_of(TokenId token) const;
  const TokenMask* free_mask();
  bool may_follow_free_text(std::string_view rest);
  const TokenMask& first_mask();
  void add_ends();
  void apply_guard();

  const AnswerFormat& format_;
  const Tokenizer& tokenizer_;
  bool at_start_, is_first_ = true;
  bool is_free_;
  std::string free_tail_;  // the end of the free text, as far as `free_until` may begin in it
  Matcher matcher_;
  MatchState state_;
  TokenMasks masks_;
  JsonGuard guard_;
  TokenMask mask_;  // of the coming token
  std::vector<int32_t> ends_;
  std::vector<int32_t> with_mark_;  // tokens that hold all of `free_until`
};

}  // namespace ondol
