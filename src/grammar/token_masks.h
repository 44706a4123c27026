// TokenMasks: which tokens of a vocabulary may follow in each situation of a grammar.
//
// A mask is found by walking the vocabulary's tree along the grammar, and kept for when the situation returns.  Most
// tokens of a vocabulary are plain text, which inside a JSON string is allowed or not by its length alone; those are
// taken from tables made once, and only the few others are walked.  Source of the idea: the token slices of llguidance
// and the context-independent tokens of XGrammar (Dong et al. 2024, section 3.1).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "grammar/matcher.h"
#include "grammar/token_trie.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

// One bit for each token id.
class TokenMask {
 public:
  explicit TokenMask(int64_t n_tokens = 0) : words_(static_cast<size_t>((n_tokens + 63) / 64)) {}
  void set(int64_t id) { words_[static_cast<size_t>(id / 64)] |= uint64_t{1} << (id % 64); }
  void reset(int64_t id) { words_[static_cast<size_t>(id / 64)] &= ~(uint64_t{1} << (id % 64)); }
  bool operator[](int64_t id) const { return (words_[static_cast<size_t>(id / 64)] >> (id % 64) & 1) != 0; }
  bool none() const;
  int64_t size() const { return std::ssize(words_) * 64; }  // ids that have a bit
  int64_t count() const;
  std::span<uint64_t> words() { return words_; }
  std::span<const uint64_t> words() const { return words_; }
  bool operator==(const TokenMask&) const = default;

 private:
  std::vector<uint64_t> words_;
};

// The texts of all tokens; "" for control, unknown and unused ones.
std::vector<std::string> token_texts(const Tokenizer& tokenizer);

// What masks need of a vocabulary; made once for a tokenizer and shared.  Immutable; any thread.
class MaskVocabulary {
 public:
  // Control tokens, unknown and empty ones have no text and are in no mask.
  explicit MaskVocabulary(const Tokenizer& tokenizer);
  // texts[id] of every token; "" for those that are never allowed.
  explicit MaskVocabulary(std::vector<std::string> texts);

  int64_t size() const { return static_cast<int64_t>(texts_.size()); }
  const std::string& text(int64_t id) const { return texts_[static_cast<size_t>(id)]; }
  const TokenTrie& all() const { return all_; }
  // Tokens that are not plain text of at most Grammar::kMaxRoom characters.
  const TokenTrie& not_plain() const { return not_plain_; }
  // Tokens of plain text of at most n characters, n up to Grammar::kMaxRoom.
  const TokenMask& plain(int n) const { return plain_[static_cast<size_t>(n)]; }
  // Tokens with a quote or an opening bracket in them.
  std::span<const int32_t> structural() const { return structural_; }

 private:
  void build();

  std::vector<std::string> texts_;
  TokenTrie all_, not_plain_;
  std::vector<TokenMask> plain_;
  std::vector<int32_t> structural_;
};

// Owned by one thread.
class TokenMasks {
 public:
  explicit TokenMasks(std::shared_ptr<const MaskVocabulary> vocabulary) : vocabulary_(std::move(vocabulary)) {}

  // Tokens that may follow in `state` of `matcher`, always the same matcher.  Valid until the next call.
  const TokenMask& mask(Matcher& matcher, MatchState state);
  // The states got new numbers (Matcher::forget).
  void clear() { masks_.clear(); }

 private:
  void walk(Matcher& matcher, MatchState state, const TokenTrie& trie, TokenMask& mask);

  static constexpr int64_t kMaxBytes = 32 << 20;  // of all masks kept

  std::shared_ptr<const MaskVocabulary> vocabulary_;
  std::unordered_map<int32_t, TokenMask> masks_;
};

}  // namespace ondol
