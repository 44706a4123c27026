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

#include "base/bytes.h"
#include "base/result.h"
#include "format/checkpoint.h"

namespace ondol {

// The header of either layout.
struct Llama2cConfig {
  int64_t version = 0;  // 0: legacy
  int64_t hidden_size = 0, ffn_size = 0, n_layers = 0, n_heads = 0, n_kv_heads = 0, vocab_size = 0, context_length = 0;
  bool shared_classifier = false;
  int64_t header_bytes = 0;

  int64_t head_dim() const { return hidden_size / n_heads; }
  int64_t kv_size() const { return head_dim() * n_kv_heads; }
};

// Reads the header at the beginning of `in`.  Every size is in 1 … 2^24, heads divide evenly and head_dim is even.
Result<Llama2cConfig> read_llama2c_config(std::string_view name, Bytes& in);
// Sizes, rotation and norm as <architecture>.* metadata.
Metadata llama2c_metadata(const Llama2cConfig& config, const std::string& architecture);
// Adds tokenizer.* metadata from the bytes of a tokenizer.bin.
Status read_llama2c_tokenizer(std::string_view name, Bytes in, int64_t vocab_size, Metadata& metadata);

// Opens both files.  Fails with kCorruptFile, kUnsupported (the int8 version 2) or as FileMap::open does.
Result<Checkpoint> import_llama2c(const std::string& checkpoint_path, const std::string& tokenizer_path);

// The same for bytes; the names stand for the files in messages, the tensors view `checkpoint`.
Result<Checkpoint> parse_llama2c(std::string_view checkpoint_name, std::span<const uint8_t> checkpoint,
                                 std::string_view tokenizer_name, std::span<const uint8_t> tokenizer);

}  // namespace ondol
