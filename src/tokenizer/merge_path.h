// The path to a token: what else stands in a word, one after the other, until merging has made the token.
//
// Theorem.  Whatever stands around it, a token is made by the merges that make it of its text alone: none of them may
// reach over its ends, for the token that did would be there instead, and of the merges inside, the best comes first,
// whatever happens outside.  So a vocabulary that has every token's path (and with it those merges, in the same order)
// makes these tokens of the same texts: at each step the merge that was best of all is still there, and still best.
#pragma once

#include <span>
#include <vector>

#include "tokenizer/merge.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

// The tokens that merging passes through on its way to `id`, each as often as it is made, `id` last.  Only `id` where
// it is not made by merging: special tokens, words that are looked up whole, tokenizers that do not merge.
// `tokenizer` comes from load_tokenizer(); `id` is one of its tokens.
std::vector<TokenId> path_to(const Tokenizer& tokenizer, TokenId id);

// Collects a path while a tokenizer merges the token's text.
class MergePath {
 public:
  explicit MergePath(TokenId id) : id_(id) {}

  // A token that is there now; -1 for none.
  void pass(int32_t id) {
    if (id >= 0) passed_.push_back(static_cast<TokenId>(id));
  }
  // `symbols`: what merging left.
  std::vector<TokenId> finish(std::span<const Symbol> symbols) && {
    const bool is_made = symbols.size() == 1 && symbols[0].id == static_cast<int32_t>(id_);
    if (!is_made) return {id_};
    return std::move(passed_);
  }

 private:
  TokenId id_;
  std::vector<TokenId> passed_;
};

}  // namespace ondol
