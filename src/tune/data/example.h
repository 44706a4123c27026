// Example: one piece of training text as token ids, and which of them the loss counts.
#pragma once

#include <cstdint>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace ondol {

struct Example {
  std::vector<TokenId> tokens;
  std::vector<uint8_t> learns;  // [tokens.size()] 1: the prediction of this token is part of the loss; [0] is 0
};

}  // namespace ondol
