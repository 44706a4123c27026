// SentencePiece-style BPE (tokenizer.ggml.model "llama"): pieces with scores over whole texts, spaces written "▁", and
// bytes <0x00> to <0xFF> for what the vocabulary cannot spell.
//
// Sources: Kudo and Richardson 2018 (SentencePiece); GGUF specification, "Tokenizer".
#pragma once

#include <memory>

#include "base/result.h"
#include "format/metadata.h"
#include "tokenizer/pipeline.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

// Fails with kCorruptFile.
Result<std::shared_ptr<const Tokenizer>> load_spm_bpe(const Metadata& metadata, Pipeline* pipeline);

}  // namespace ondol
