// A learnt vocabulary as a tokenizer: the metadata of a model file, or Hugging Face's tokenizer.json.
//
// Both say the same: no normalisation, no space put in front of a text (decoding gives back what was encoded, byte for
// byte, but "▁" itself, which reads as a space), BOS <s> where the caller adds it, EOS </s>.
#pragma once

#include <string>

#include "format/metadata.h"
#include "tokenizer/train_bpe.h"

namespace ondol {

// The tokenizer.* keys, for load_tokenizer() and llama.cpp.  A merge's score is minus its rank; a chat template is
// stored where it is not empty.
Metadata tokenizer_metadata(const BpeVocabulary& vocabulary, const std::string& chat_template);

// The text of a tokenizer.json that the python packages tokenizers and transformers read, and ours.
std::string tokenizer_json(const BpeVocabulary& vocabulary);

}  // namespace ondol
