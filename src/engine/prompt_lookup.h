// PromptLookup: guesses that a text goes on as it did the last time its last words stood in it.
//
// Answers that quote, correct or translate code and documents repeat much of their prompt, and this costs nothing.  The
// last 8, 4 or 2 tokens are looked up by hash, the longest first, and the newest of several places counts: nearer text
// is likelier to be what is copied, which is why this is no suffix automaton, which finds the longest match but the
// oldest place.  Source of the idea: Saxena 2023 (prompt lookup decoding); Yang et al. 2023 (inference with reference).
#pragma once

#include <array>
#include <cstdint>

#include "engine/drafter.h"

namespace ondol {

// Time: a few hashes for each token of the text, once; again when it was cut.  Memory: 24 to 96 bytes for each token.
class PromptLookup final : public Drafter {
 public:
  void forget_from(int64_t length) override;
  Prospect prospect(std::span<const TokenId> text) override;
  void read(std::span<const TokenId>) override {}
  void draft(std::span<const TokenId> text, int64_t n_tokens, const Sampler& sampler,
             std::vector<TokenId>& guesses) override;

 private:
  static constexpr std::array<int64_t, 3> kGramLengths = {8, 4, 2};

  struct Match {
    int64_t end = 0;     // position behind the earlier occurrence
    int64_t length = 0;  // tokens in front of it that are the text's last ones, as far as anyone cares; 0: no match
  };
  Match find(std::span<const TokenId> text);
  void index(std::span<const TokenId> text);
  size_t slot(std::span<const TokenId> gram) const;

  // Where a gram of each length ended last, by hash; one place for each slot, so a rarer one may be lost.
  std::array<std::vector<int32_t>, kGramLengths.size()> ends_;
  int64_t n_indexed_ = 0;  // grams that end at or before this position are indexed
};

}  // namespace ondol
