// SentencePiece model file (tokenizer.model) -> tokenizer.ggml.* metadata.
//
// BPE becomes tokenizer.ggml.model "llama", unigram "t5".  A normalizer that does more than put a space in front, and
// what else a unigram needs, stand under ondol.tokenizer.pipeline.  Source: sentencepiece_model.proto.
#pragma once

#include <string_view>

#include "base/result.h"
#include "format/metadata.h"

namespace ondol {

// True where `bytes` begin as a model file does.
bool looks_like_sentence_piece(std::string_view bytes);

// Fails with kUnsupported for the word and character models, or kCorruptFile.
Result<Metadata> read_sentence_piece(std::string_view bytes);

}  // namespace ondol
