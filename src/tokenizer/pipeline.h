// Pipeline: what a tokenizer does beyond the standard keys of GGUF.
//
// GGUF names a pre-tokenizer and leaves it to the reader to know the rest.  Where that does not say all of a foreign
// tokenizer, the file keeps under ondol.tokenizer.pipeline the parts of its tokenizer.json that decide about ids, as a
// JSON object of the same form:
//   "normalizer", "pre_tokenizer", "decoder"   as there (normalizer.h names what is added)
//   "model"          type and options, without vocabulary and merges; "merges": "by_score" where the merges are all the
//                    ways to cut an entry in two, those of the best score first and of those the longest left part
//                    first; "single_precision": true where a unigram adds its scores so
//   "added_tokens"   id and rules of those tokens that are looked for in a special way; beyond Hugging Face's,
//                    "verbatim": true for a normalized one that is not itself changed by the normalizer
// Without "model" the key tokenizer.ggml.model decides alone.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "format/metadata.h"
#include "tokenizer/normalizer.h"
#include "tokenizer/splitter.h"
#include "tokenizer/vocabulary.h"

namespace ondol {

inline constexpr std::string_view kPipelineKey = "ondol.tokenizer.pipeline";

// How a token is looked for in a text (AddedToken of Hugging Face tokenizers).
struct TokenRules {
  bool takes_space_before = false;  // lstrip
  bool takes_space_behind = false;  // rstrip
  bool single_word = false;         // not inside a word
  bool normalized = false;          // looked for after normalization, itself normalized
  bool verbatim = false;            // normalized, but itself as it stands
};

struct WordModel {
  enum class Kind { kOfFile, kBpe, kUnigram, kWordPiece };
  Kind kind = Kind::kOfFile;
  bool has_unknown = false;  // what cannot be spelt is the unknown token, else it is left out
  bool byte_fallback = false;
  bool fuse_unknown = false;
  bool ignore_merges = false;
  bool merges_by_score = false;
  bool single_precision = false;
  std::string inner_prefix;      // BPE: in front of characters inside a word
  std::string end_suffix;        // BPE: behind the last character
  int64_t max_word_chars = 100;  // WordPiece
};

// What entries become in a text.
struct DecodeRules {
  bool byte_level = false;     // entries are written bytes
  bool byte_fallback = false;  // <0xNN> is a byte
  std::vector<std::pair<std::string, std::string>> replacements;
  std::string end_suffix;  // becomes a space
  bool drops_first_space = false;

  std::string apply(std::string_view entry) const;
};

struct Pipeline {
  Normalizer normalizer;
  Splitter splitter;
  WordModel model;
  DecodeRules decode;
  std::unordered_map<int32_t, TokenRules> rules;
};

// `json` is the text of a pipeline.  Fails with kUnsupported, naming the component, or kCorruptFile.
Result<Pipeline> read_pipeline(std::string_view json, std::string_view charsmap);

// The pipeline of a file, or nothing where it has none.
Result<std::optional<Pipeline>> read_pipeline(const Metadata& metadata);

// What each entry adds to a text.
PieceTable read_pieces(const Vocabulary& vocabulary, const DecodeRules& rules);

// tokenizer.ggml.precompiled_charsmap as bytes; empty where absent.
std::string read_charsmap_bytes(const Metadata& metadata);

}  // namespace ondol
