// Byte-level BPE (tokenizer.ggml.model "gpt2"): every text is a sequence of bytes, so nothing is ever unknown.
//
// Words come from the pre-tokenizer, or from the splitter of a pipeline; inside a word bytes are merged in the order of
// tokenizer.ggml.merges. Sources: Radford et al. 2019, section 2.2; GGUF specification, "Tokenizer".
#pragma once

#include <memory>

#include "base/result.h"
#include "format/metadata.h"
#include "tokenizer/pipeline.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

// `pipeline` may be null.  Fails with kUnsupported for an unknown tokenizer.ggml.pre, or with kCorruptFile.
Result<std::shared_ptr<const Tokenizer>> load_byte_bpe(const Metadata& metadata, Pipeline* pipeline);

}  // namespace ondol
