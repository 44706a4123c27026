// Pre-tokenizers: where a text is cut in words before byte-level BPE, which never merges across a cut.
//
// Each model family publishes a regular expression; a wrong cut gives ids the model was never trained on.  The scanners
// here are written by hand, because a general engine walks every alternative for every character; a test holds each
// against PCRE2 running the published expression.
//   gpt2       's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//   starcoder  first every \p{N} alone, then gpt2 on what lies between
//   llama3     (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|
//              ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
//   qwen2      llama3 with \p{N} in place of \p{N}{1,3}
//   o200k      words that change case inside are cut before the capital; see the .cpp
// The rarer families are cut by PCRE2 with the expressions in the .cpp.
// Sources: the tokenizer.json files of GPT-2, StarCoder, Llama 3 and Qwen2; tiktoken's o200k_base.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ondol {

// The end of the word of `text` that starts at byte `begin` < text.size(); at least begin + 1, on a character's edge.
// `text` may hold ill-formed UTF-8.  Words are found from left to right.
using WordScanner = int64_t (*)(std::string_view text, int64_t begin);

int64_t scan_gpt2(std::string_view text, int64_t begin);
int64_t scan_starcoder(std::string_view text, int64_t begin);
int64_t scan_llama3(std::string_view text, int64_t begin);
int64_t scan_qwen2(std::string_view text, int64_t begin);
int64_t scan_o200k(std::string_view text, int64_t begin);

// A value of tokenizer.ggml.pre and what it implies.
struct PreTokenizer {
  std::string_view name;
  WordScanner scan;            // or null:
  bool ignore_merges = false;  // a word that is an entry of the vocabulary is that token, whatever the merges say
  bool wants_bos = false;      // where the file does not say
  // Each cuts what the one before left; matches and what lies between them are words.
  std::span<const std::string_view> expressions = {};
};

// The pre-tokenizer llama.cpp means by `name`, or nullptr.
const PreTokenizer* find_pre_tokenizer(std::string_view name);

// The first pre-tokenizer that has these expressions, in plain spelling (published_expressions.h), or nullptr.
const PreTokenizer* find_pre_tokenizer_of(std::span<const std::string> expressions);

}  // namespace ondol
