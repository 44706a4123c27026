// How a step is cut into batches that fit the workspace.
#pragma once

#include <span>
#include <vector>

#include "engine/engine.h"

namespace ondol {

// Fails with kBadInput when a token id is outside the model's vocabulary.
Status check_tokens(const Model& model, std::span<const TokenId> tokens);

// Neighbouring tokens of one input that share a batch.
struct StepPiece {
  size_t input;
  int64_t first_token;
  int64_t n_tokens;
  int64_t n_rows;  // logits are wanted for the last n_rows of them
  bool operator==(const StepPiece&) const = default;
};

// Batches that cover all inputs in order, each of at most `max_tokens` tokens and `max_rows` rows of logits, as full as
// the order allows.  With `positions`, those of the inputs' first tokens, no piece holds tokens of two blocks of
// kRecentLength positions; without, it may.
std::vector<std::vector<StepPiece>> cut_step(std::span<const Engine::Input> inputs, int64_t max_tokens,
                                             int64_t max_rows, std::span<const int64_t> positions = {});

}  // namespace ondol
