// Byte-level BPE (tokenizer.ggml.model "gpt2"): every text is a sequence of bytes, so nothing is ever unknown.
//
// Words come from the pre-tokenizer; inside a word bytes are merged in the order of tokenizer.ggml.merges.
// Sources: Radford et al. 2019, section 2.2; GGUF specification, "Tokenizer".
#pragma once

#include <memory>

#include "base/result.h"
#include "format/metadata.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

// Fails with kUnsupported for an unknown tokenizer.ggml.pre, or with kCorruptFile.  A merge whose parts or result are
// not in the vocabulary can never apply and is left out.
Result<std::shared_ptr<const Tokenizer>> load_byte_bpe(const Metadata& metadata);

}  // namespace ondol
