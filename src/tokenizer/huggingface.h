// Hugging Face tokenizer.json -> tokenizer.ggml.* metadata.
//
// A tokenizer.json describes a pipeline.  Where standard keys say all of it (byte-level BPE with the expression of a
// known family, BERT's WordPiece) they are all there is; else the rest stands under ondol.tokenizer.pipeline, and the
// standard keys say what comes nearest, so that other readers of GGUF find a vocabulary they can use.  Families are
// recognised by their regular expressions, never by a model's name.  Source: tokenizers, serialised form 1.0.
#pragma once

#include <string_view>

#include "base/result.h"
#include "format/metadata.h"

namespace ondol {

// Reads the text of a tokenizer.json.  Besides tokens, types, merges or scores and the pre-tokenizer it sets what the
// post-processor puts around a text: bos_token_id and add_bos_token, eos_token_id and add_eos_token (for WordPiece
// seperator_token_id and add_sep_token); other roles are in other files.  Ids without an entry are filled with unused
// tokens.  Fails with kUnsupported, naming what it cannot express, or kCorruptFile.
Result<Metadata> read_huggingface_tokenizer(std::string_view json);

}  // namespace ondol
