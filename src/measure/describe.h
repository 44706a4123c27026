// Description of a model file: what `ondol show` prints, without loading the model.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "format/checkpoint.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

// Tensors of one type together.
struct TypeTotal {
  std::string type;
  int64_t n_tensors = 0;
  int64_t size_bytes = 0;
};

struct TokenizerDescription {
  std::string model, pre;
  int64_t vocab_size = 0;
  bool adds_bos = false;
  struct SpecialToken {
    std::string role;  // "bos", "eos", ...
    TokenId id;
    std::string text;
  };
  std::vector<SpecialToken> special_tokens;
  double tokens_per_korean_character = 0;  // over korean_sample()
};

struct ModelDescription {
  std::string name, architecture, licence;  // "" where the file does not say
  int64_t parameters = 0;                   // elements of all tensors
  int64_t tensor_bytes = 0;
  double bits_per_weight = 0;     // of the tensors; 0 when there are none
  int64_t context_length = 0;     // 0 where the file does not say
  std::vector<TypeTotal> types;   // largest first
  bool only_ondol_reads = false;  // a tensor's type or layout is one of ours
  std::optional<TokenizerDescription> tokenizer;
  // Why there is no tokenizer although the file describes one: its model or pre-tokenizer is not known to this build.
  std::string tokenizer_problem;
};

// Fails with kCorruptFile when the tokenizer's metadata contradicts itself.
Result<ModelDescription> describe_checkpoint(const Checkpoint& checkpoint);

// A Korean text of everyday, technical and official sentences, written for this measurement: Hangul syllables, spaces
// and full stops only.
std::string_view korean_sample();
// Tokens the sample takes, over its Hangul syllables.
double tokens_per_korean_character(const Tokenizer& tokenizer);

}  // namespace ondol
