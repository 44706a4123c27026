// The tokenizer of a Hugging Face folder: tokenizer.json, or else tokenizer.model with its added tokens, and the files
// around them that say which token plays which role.
#pragma once

#include <string>

#include "base/result.h"
#include "format/metadata.h"

namespace ondol {

// Adds tokenizer.* metadata; nothing when the folder has no tokenizer.json, tokenizer.model or vocab.txt.  Roles come
// from tokenizer_config.json by the token's text, else from generation_config.json or config.json by number (a second
// end token becomes "eot"); the chat template from chat_template.jinja or tokenizer_config.json.  A vocabulary shorter
// than `vocab_size`, the rows of the embedding, is filled with unused tokens, as llama.cpp's converter does. Fails with
// kCorruptFile or kUnsupported as read_huggingface_tokenizer(), read_sentence_piece() and read_bert_vocabulary() do.
Status add_huggingface_tokenizer(const std::string& folder, int64_t vocab_size, Metadata& metadata);

// Puts the tokenizer of `path`, as read_tokenizer() takes it, in the place of the one `metadata` has.
Status replace_tokenizer(const std::string& path, int64_t vocab_size, Metadata& metadata);

// True where read_tokenizer() has something to read: a folder with a tokenizer, or a tokenizer.json or tokenizer.model
// by its content.
bool is_tokenizer(const std::string& path);

// The tokenizer.* metadata of a folder, a tokenizer.json or a tokenizer.model (SentencePiece, or the ranks of Llama 3).
Result<Metadata> read_tokenizer(const std::string& path);

// The same, or the metadata of the model file at `path`, which may hold no tokenizer.
Result<Metadata> find_tokenizer(const std::string& path);

}  // namespace ondol
