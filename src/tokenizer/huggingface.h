// Hugging Face tokenizer.json -> tokenizer.ggml.* metadata, for byte-level BPE.
//
// A tokenizer.json describes a pipeline; only pipelines that mean one of our pre-tokenizers are read, and they are
// recognised by the regular expression itself, never by the model's name.  Source: tokenizers, serialised form 1.0.
#pragma once

#include <string_view>

#include "base/result.h"
#include "format/metadata.h"

namespace ondol {

// Reads the text of a tokenizer.json.  Besides tokens, types, merges and the pre-tokenizer it sets bos_token_id and
// add_bos_token where the post-processor puts a special token in front of a text; other roles are in other files.
// Ids without an entry are filled with unused tokens.  An NFC normalizer is accepted and not applied: text is put into
// NFC where it comes from a person, before it is encoded.
// Fails with kUnsupported, naming what it cannot express, or kCorruptFile.
Result<Metadata> read_huggingface_tokenizer(std::string_view json);

}  // namespace ondol
