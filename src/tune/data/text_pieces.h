// Running text cut into pieces that fit a context, between paragraphs, lines or words where one is near.
#pragma once

#include <span>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace ondol {

// `tokens` in pieces of at most `length` (at least 1) tokens, in order, nothing left out.  Each but the last is cut
// behind a blank line in its second half, else behind a line there, else in front of a word there, else when it is
// full.
std::vector<std::span<const TokenId>> cut_text(std::span<const TokenId> tokens, int64_t length,
                                               const Tokenizer& tokenizer);

}  // namespace ondol
