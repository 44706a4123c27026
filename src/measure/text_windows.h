// A text cut into windows of tokens, each fed to an empty context.
//
// Every window scores `length` tokens that no other window scores.  Its input leads with one token more: the BOS token
// where the model wants one, else the text's token before; without BOS the text's first token is therefore not scored.
#pragma once

#include <cstdint>
#include <vector>

#include "model/model.h"

namespace ondol {

struct TextWindows {
  std::vector<TokenId> tokens;  // the text, BOS not included
  bool leads_with_bos = false;
  int64_t window_length = 0;  // tokens a full window scores, and positions it fills
  int64_t first_scored = 0;   // 0, or 1 without BOS
  int64_t scored_bytes = 0;   // bytes of text the scored tokens stand for

  int64_t n_scored() const { return std::ssize(tokens) - first_scored; }
  int64_t n_windows() const { return (n_scored() + window_length - 1) / window_length; }

  struct Window {
    std::vector<TokenId> input;  // row i of its logits predicts target[i]
    std::span<const TokenId> target;
  };
  Window window(int64_t index, const Tokenizer& tokenizer) const;
};

// `context_length` 0: the model's, at most 512.  Fails with kBadInput when the text or the window is too short or the
// context longer than the model's.
Result<TextWindows> cut_into_windows(const Model& model, std::string_view text, int64_t context_length);

}  // namespace ondol
