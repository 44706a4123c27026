// Drafter: guesses how a text goes on, for Speculation to verify.
#pragma once

#include <span>
#include <vector>

#include "engine/sampler.h"

namespace ondol {

// What a drafter could guess now.
struct Prospect {
  static constexpr int kTrustLevels = 8;

  int64_t n_tokens = 0;  // tokens it can guess; 0: none
  int trust = 0;         // in [0, kTrustLevels): guesses of one level are about equally often right
  int64_t n_behind = 0;  // tokens of the text it would have to read before
};

// Owned by one thread.  Between two calls of forget_from() the texts of all calls are beginnings of one another.
class Drafter {
 public:
  virtual ~Drafter() = default;

  // The text ends at `length`, if it was longer, and may go on differently.
  virtual void forget_from(int64_t length) = 0;
  virtual Prospect prospect(std::span<const TokenId> text) = 0;
  // Reads all but the end of the text, where draft() would otherwise have to.
  virtual void read(std::span<const TokenId> text) = 0;
  // Appends at most `n_tokens` guesses of what comes behind `text`; fewer when it knows no more.
  //   sampler   will choose what really comes
  virtual void draft(std::span<const TokenId> text, int64_t n_tokens, const Sampler& sampler,
                     std::vector<TokenId>& guesses) = 0;
};

}  // namespace ondol
