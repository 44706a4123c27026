// tiktoken vocabularies: a file of lines "base64(bytes) rank", no merges.
//
// tiktoken joins any two neighbours whose bytes together are an entry, lowest rank first.  Written as merges, that is
// every split of every entry into two entries, in the order of the entry's rank; the same list Hugging Face and
// llama.cpp files carry.  Source: tiktoken, "Byte pair encoding"; tokenizers' tiktoken converter.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "format/metadata.h"

namespace ondol {

// The tokenizer.ggml.* metadata (model "gpt2", pre-tokenizer `pre`) of the rank file `ranks`; ids are the ranks, which
// count from 0 without gaps, and `special_tokens` (control tokens) follow them.  Roles of special tokens are the
// caller's to set.  Fails with kCorruptFile, naming the line.
Result<Metadata> read_tiktoken(std::string_view ranks, std::string_view pre,
                               std::span<const std::string> special_tokens);

// The 256 special tokens of Llama 3.1 and later (ids 128000 to 128255), in order.
std::vector<std::string> llama3_special_tokens();

}  // namespace ondol
