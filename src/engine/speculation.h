// Speculation: several tokens a step by guessing them first and verifying all guesses in one pass over the weights.
//
// Decoding waits for memory: a pass over the weights costs little more for five tokens than for one.  So drafters guess
// how the answer goes on, the model is given the guesses as if they were its answer, and its logits behind each tell
// what it would have written there.
//
// Exact: each token is chosen by the same sampler from the same logits (they are bit-equal for every batch,
// kernel/kernels.h) with the same random number as without speculation, and a guess counts only when it is the token so
// chosen; the first that is not is replaced, those behind it are forgotten.  So the answer is the same, token by token,
// for every seed, with penalties and grammars too.  The accept-or-resample rule of Leviathan et al. 2023 (speculative
// decoding) and Chen et al. 2023 (speculative sampling) takes a few more guesses but keeps the distribution only: a
// seed would give another answer when a draft model is added or the machine slows down.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "engine/draft_payoff.h"
#include "engine/drafter.h"

namespace ondol {

// Spelt and meant as llama.cpp's --draft-max and --draft-min, but for when it does not pay.
struct SpeculationOptions {
  int64_t most_guesses = 16;  // of a step; at most DraftPayoff::kMostGuesses
  int64_t least_guesses = 0;  // 0: none where it does not pay; else that many wherever a drafter has them
};

// Of one sequence, whose answers it may see one after another.  Owned by one thread.
class Speculation {
 public:
  Speculation(std::vector<std::unique_ptr<Drafter>> drafters, const SpeculationOptions& options);

  // An answer begins behind `prompt`, the whole text so far.
  void begin(std::span<const TokenId> prompt);

  // Guesses of what comes behind `answer`, at most `room`; none where it does not pay.  Valid until the next call.
  //   answer   of this prompt, so far; the answers of all calls are beginnings of one another
  std::span<const TokenId> guess(std::span<const TokenId> answer, int64_t room, const Sampler& sampler);

  // What the step behind guess() found of those of its guesses that were fed; also when there were none.
  void add_step(const VerifiedGuesses& verified);

 private:
  struct Choice {
    size_t drafter = 0;
    Prospect prospect;
    DraftPayoff::Plan plan;
  };
  Choice choose(int64_t room);

  std::vector<std::unique_ptr<Drafter>> drafters_;
  SpeculationOptions options_;
  DraftPayoff payoff_;
  std::vector<TokenId> text_;          // prompt and answer, and what stood before as far as it is known
  int64_t answer_begin_ = 0;           // in text_
  std::vector<bool> has_read_prompt_;  // [drafters]
  Choice choice_;                      // of the last guess()
  std::vector<TokenId> guesses_;
};

}  // namespace ondol
