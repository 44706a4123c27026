// A model file's tokenizer as the tokenizer.json of Hugging Face tokenizers.
#pragma once

#include <string>

#include "base/result.h"
#include "format/metadata.h"

namespace ondol {

// The text of a tokenizer.json that the python packages tokenizers and transformers read, and ours, with the same ids
// for the same texts; but around a symbol that the user of SentencePiece defined, which that looks for in the
// normalized text and Hugging Face before, the space in front may differ.  Fails with kUnsupported: WordPiece, and
// pre-tokenizers that have no expression; else as load_tokenizer() does.
Result<std::string> tokenizer_json(const Metadata& metadata);

}  // namespace ondol
