// What sentence-transformers' files in a model's folder say of its vectors: how hidden states are pooled, and whether
// the result is scaled to length one.
#pragma once

#include <string>

#include "base/result.h"
#include "format/metadata.h"
#include "model/architecture.h"

namespace ondol {

// Sets <arch>.pooling_type (GGUF's numbers) and ondol.embedding.normalises from modules.json and the pooling's
// config.json; nothing without the first.  Fails with kCorruptFile, or kUnsupported for steps and poolings that are
// done nowhere here.
Status add_sentence_transformers(const std::string& folder, const Architecture& arch, Metadata& metadata);

}  // namespace ondol
