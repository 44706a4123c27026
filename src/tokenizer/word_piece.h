// WordPiece (tokenizer.ggml.model "bert"): words are cleaned, lowered and split at spaces, punctuation and Chinese
// characters, then each is spelt by the longest entries from the left.
//
// GGUF writes an entry that begins a word with "▁" in front and one that continues it bare, where BERT's own files
// write nothing and "##".  Sources: Devlin et al. 2018; Hugging Face's BertNormalizer and BertPreTokenizer.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "format/metadata.h"
#include "tokenizer/pipeline.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

// `pipeline` may be null; one of model kWordPiece cleans and splits in BERT's place.  Fails with kCorruptFile.
Result<std::shared_ptr<const Tokenizer>> load_word_piece(const Metadata& metadata, Pipeline* pipeline);

// A normal entry of a BERT vocabulary as GGUF writes it; `prefix` marks one that continues a word, "##".
std::string word_piece_entry(std::string entry, std::string_view prefix);

}  // namespace ondol
