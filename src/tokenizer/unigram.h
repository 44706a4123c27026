// Unigram (tokenizer.ggml.model "t5"): of all ways to spell a word with entries, the one whose scores sum to most.
//
// Source: Kudo 2018, "Subword Regularization", found in one pass (Viterbi) as in SentencePiece's EncodeOptimized.
#pragma once

#include <memory>

#include "base/result.h"
#include "format/metadata.h"
#include "tokenizer/pipeline.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

// `pipeline` is of model kUnigram, or null: then the text is normalized by tokenizer.ggml.precompiled_charsmap,
// remove_extra_whitespaces and add_space_prefix, as llama.cpp reads such a file.  Fails with kCorruptFile.
Result<std::shared_ptr<const Tokenizer>> load_unigram(const Metadata& metadata, Pipeline* pipeline);

}  // namespace ondol
