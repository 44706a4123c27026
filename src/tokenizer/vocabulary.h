// Vocabulary: the checked tokenizer.ggml.* arrays of a model file, the same for every kind of tokenizer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "format/metadata.h"
#include "tokenizer/piece_table.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

// Ids of the roles a token can play; absent where the file names none.
struct SpecialIds {
  std::optional<TokenId> bos{}, eos{}, eot{}, eom{}, unk{}, sep{}, pad{};
};

struct Vocabulary {
  PieceTable entries;                 // as stored; find() gives the first of equal entries
  std::vector<TokenKind> kinds;       // [size]
  std::vector<float> scores;          // [size], or empty where the file has none
  std::vector<bool> ends_generation;  // [size]
  SpecialIds special;

  int64_t size() const { return entries.size(); }
  bool contains(TokenId id) const { return static_cast<int64_t>(id) >= 0 && static_cast<int64_t>(id) < size(); }
  TokenKind kind(int64_t id) const { return kinds[static_cast<size_t>(id)]; }
  // Control and unknown tokens stand for no text of their own.
  bool is_silent(int64_t id) const { return kind(id) == TokenKind::kControl || kind(id) == TokenKind::kUnknown; }
};

// `defaults` are the ids of roles that metadata does not name; those outside the vocabulary are dropped.
// Fails with kCorruptFile: no tokens, arrays of different lengths, scores that are not numbers, kinds and ids out of
// range, malformed byte tokens.  Equal and empty entries are accepted: they are never found.
Result<Vocabulary> load_vocabulary(const Metadata& metadata, const SpecialIds& defaults);

// The byte an entry "<0xNN>" stands for, or nothing.
std::optional<uint8_t> parse_byte_entry(std::string_view entry);

}  // namespace ondol
