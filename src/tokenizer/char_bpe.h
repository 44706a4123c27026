// BPE over characters, as Hugging Face tokenizers runs it: for vocabularies that began as SentencePiece models (Llama
// 2, Gemma, Phi-3, Solar in their tokenizer.json) and for those with a mark on word ends.
//
// It differs from SentencePiece's own BPE (spm_bpe.h) where that decides by the score of the result alone: here a merge
// has a rank of its own, which tells apart two ways to make the same entry.  Source: tokenizers, models/bpe.
#pragma once

#include <memory>

#include "base/result.h"
#include "format/metadata.h"
#include "tokenizer/pipeline.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

// `pipeline` is of model kBpe.  Fails with kCorruptFile.
Result<std::shared_ptr<const Tokenizer>> load_char_bpe(const Metadata& metadata, Pipeline& pipeline);

}  // namespace ondol
