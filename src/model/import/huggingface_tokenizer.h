// The tokenizer of a Hugging Face folder: tokenizer.json and the files around it that say which token plays which role.
#pragma once

#include <string>

#include "base/result.h"
#include "format/metadata.h"

namespace ondol {

// Adds tokenizer.* metadata; nothing when the folder has no tokenizer.json.  Roles come from tokenizer_config.json by
// the token's text, else from generation_config.json or config.json by number (a second end token becomes "eot"); the
// chat template from chat_template.jinja or tokenizer_config.json.  A vocabulary shorter than `vocab_size`, the rows of
// the embedding, is filled with unused tokens, as llama.cpp's converter does.
// Fails with kCorruptFile or kUnsupported as read_huggingface_tokenizer() does.
Status add_huggingface_tokenizer(const std::string& folder, int64_t vocab_size, Metadata& metadata);

}  // namespace ondol
