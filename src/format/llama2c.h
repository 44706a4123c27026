// llama2.c checkpoints and their tokenizer.bin -> a checkpoint with GGUF's names, ready to be written as one.
//
// Both float layouts are read: the legacy one (a header of seven integers; the sign of vocab_size tells whether the
// classifier is the embedding) and version 1 ("ak42", 256 bytes of header, norms first).  llama2.c rotates adjacent
// pairs, as GGUF's llama does, so q and k need no permutation.
// Source: karpathy/llama2.c, export.py, run.c and tokenizer.py (350e04f).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "format/checkpoint.h"

namespace ondol {

// Opens both files.  Fails with kCorruptFile, kUnsupported (the int8 version 2) or as FileMap::open does.
Result<Checkpoint> import_llama2c(const std::string& checkpoint_path, const std::string& tokenizer_path);

// The same for bytes; the names stand for the files in messages, the tensors view `checkpoint`.
Result<Checkpoint> parse_llama2c(std::string_view checkpoint_name, std::span<const uint8_t> checkpoint,
                                 std::string_view tokenizer_name, std::span<const uint8_t> tokenizer);

}  // namespace ondol
