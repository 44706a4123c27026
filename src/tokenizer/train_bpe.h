// Learning a vocabulary: byte-fallback BPE over the words of a text.
//
// The most frequent pair of neighbouring pieces becomes a piece, again and again, until the vocabulary is full; what
// the pieces cannot spell is written as bytes.  The result is what SentencePiece's BPE trainer gives for the same words
// (byte_fallback, split_digits, no normalisation, no unicode-script splitting), ties included: of equal counts the
// shorter text wins, then the one that sorts first.
// Sources: Sennrich et al. 2016, section 3.2; Kudo and Richardson 2018.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "tokenizer/word_counts.h"

namespace ondol {

struct BpeTrainingOptions {
  int64_t vocab_size = 0;                        // all entries together; the text may give fewer
  std::vector<std::string> special_tokens = {};  // control tokens beside <unk>, <s> and </s>
  double character_coverage = 0.9995;            // share of the text's characters that become pieces; the rest is bytes
  int longest_piece = 16;                        // characters
};

// A learnt vocabulary.  Spaces are written "▁".
struct BpeVocabulary {
  struct Merge {
    std::string left, right;  // the piece is both together
  };
  std::vector<std::string> special_tokens;
  std::vector<Merge> merges;            // most frequent first: the order in which they apply
  std::vector<std::string> characters;  // pieces of one character, most frequent first

  // <unk>, <s> and </s>, special tokens, 256 bytes, merges, characters.
  int64_t size() const;
};

// Fails with kUsage: a vocabulary that has no room for the characters (names the size that has) or is above
// kMostEntries, coverage outside 0…1, a special token that is empty, too long, ill-formed or there twice; kBadInput: no
// words, or more than fit 32-bit positions; kInterrupted.  `progress` hears of pieces learnt and wanted; it may be
// null. Memory: about 40 bytes for each character of the words, each word counted once.  Deterministic.
Result<BpeVocabulary> train_bpe(const WordCounts& words, const BpeTrainingOptions& options,
                                const std::function<void(int64_t done, int64_t total)>& progress);

inline constexpr int64_t kMostEntries = 1 << 20;
inline constexpr int kLongestPiece = 256;

}  // namespace ondol
