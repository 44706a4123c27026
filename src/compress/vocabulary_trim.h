// A model with fewer tokens: the rows of the embedding and the head that are left, as they are.
//
// Rows of a matrix are whole blocks of whatever type, so nothing is encoded anew, and a token's logit is the same
// product of the same row as before, bit for bit.
#pragma once

#include <vector>

#include "model/import/imported_model.h"
#include "tokenizer/trim_tokenizer.h"

namespace ondol {

// `original`, which is copied with its maps, with the tokens kept (as TokenizerTrim::apply()).  Tensors with a row for
// each token are read through the list of those that stay.  Metadata gets ondol.original_bytes, the 16-bit size before.
// Fails with kCorruptFile where embedding and vocabulary have different sizes.
Result<ImportedModel> trim_vocabulary(const ImportedModel& original, const TokenizerTrim& trim,
                                      const std::vector<uint8_t>& kept);

// `trimmed`, made of a model that was as_stored() in `original`, to load: what its rows of tokens take is in memory,
// all else as there.  Fails with kOutOfMemory.
Result<Checkpoint> trimmed_checkpoint(const ImportedModel& trimmed, const Checkpoint& original);

// The size of a file of `model`: as it is stored, or with its matrices at 16 bits a weight.
int64_t stored_bytes(const ImportedModel& model);
int64_t bytes_at_16_bits(const ImportedModel& model);

}  // namespace ondol
