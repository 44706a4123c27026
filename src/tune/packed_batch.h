// PackedBatch: sequences of one step side by side, without padding; none sees another.
#pragma once

#include <vector>

#include "tokenizer/tokenizer.h"

namespace ondol {

struct PackedBatch {
  struct Sequence {
    int64_t first_row, n_tokens;  // positions count from 0
  };
  // A row whose next token the loss counts.
  struct Target {
    int64_t row;
    TokenId next;
    bool joins_last = false;  // the loss takes it together with the target before
  };
  std::vector<TokenId> tokens;  // of all sequences
  std::vector<Sequence> sequences;
  std::vector<int64_t> examples;  // which one each sequence is, where they come from a dataset
  std::vector<Target> targets;    // ascending rows

  int64_t n_rows() const { return static_cast<int64_t>(tokens.size()); }
};

}  // namespace ondol
