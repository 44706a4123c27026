// What sentence-transformers' files in a model's folder say of its vectors: how hidden states are pooled, whether the
// result is scaled to length one, and how much of a text is read.
#pragma once

#include <string>

#include "base/result.h"
#include "format/metadata.h"
#include "model/architecture.h"

namespace ondol {

// Sets <arch>.pooling_type (GGUF's numbers), ondol.embedding.normalises and, where it is said, .longest_text (tokens)
// from modules.json, the pooling's config.json and sentence_bert_config.json; nothing without the first.  Fails with
// kCorruptFile, or kUnsupported for steps and poolings that are done nowhere here.
Status add_sentence_transformers(const std::string& folder, const Architecture& arch, Metadata& metadata);

}  // namespace ondol
