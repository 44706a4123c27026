// Which tokens of a vocabulary a field needs: as few as its texts can do with.
//
// A token's merge saves one token each time it is done, so leaving the token out costs the field about as many tokens
// as it is passed through on the way to others (tokenizer/merge_path.h), itself included.  No token is passed through
// less often than those its path leads to.  So the tokens in the order of what they save, cut off anywhere, need
// nothing that is not there already; the cut is the first at which text the order was not made from grows by no more
// than asked.
#pragma once

#include <vector>

#include "compress/field_text.h"
#include "tokenizer/trim_tokenizer.h"

namespace ondol {

struct VocabularyChoice {
  std::vector<uint8_t> kept;  // [vocab_size] 1: stays
  int64_t n_kept = 0;
  // Of the field's held-out text.
  int64_t n_characters = 0, n_tokens_before = 0, n_tokens_after = 0;

  double growth() const {
    return static_cast<double>(n_tokens_after) / static_cast<double>(std::max<int64_t>(1, n_tokens_before)) - 1;
  }
};

// The fewest tokens with at most `most_growth` more of them in the field's held-out text, with all that are required or
// `wanted`, and their paths.  Where the field's own tokens do not suffice for that, others of the same characters
// follow in the order of their numbers.  Fails with kInterrupted, or as load_tokenizer().
Result<VocabularyChoice> choose_vocabulary(const TokenizerTrim& trim, const FieldText& field,
                                           std::span<const TokenId> wanted, double most_growth);

}  // namespace ondol
