// A tokenizer with fewer tokens: the same texts are spelt, with the tokens that are left.
//
// What holds for the trimmed tokenizer, whichever tokens are kept beside the required ones:
//   - Every text decodes to what it decoded to: bytes, or where a vocabulary has none of them all characters, stay.
//   - A word all of whose tokens stay, each with its path (merge_path.h), is encoded as before.  Merging: the theorem
//     there.  Unigram: of the ways to spell a word the best is still there, none is new but such as spell a character
//     that lost its entry as unknown, and these score below every entry, as the entry of the worst score stays.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "format/metadata.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

// Immutable; any number of threads may use it.
class TokenizerTrim {
 public:
  // Of the tokenizer that `metadata` describes; `metadata` outlives the trim.  Fails as load_tokenizer(), or with
  // kUnsupported: WordPiece and BPE with marks on words, which have nothing to spell a rare word with.
  static Result<TokenizerTrim> create(const Metadata& metadata);

  const Tokenizer& tokenizer() const { return *tokenizer_; }
  // [vocab_size] 1: stays whatever is chosen.
  const std::vector<uint8_t>& required() const { return required_; }
  // Whether a character without an entry of its own is spelt in bytes.
  bool spells_in_bytes() const { return spells_in_bytes_; }

  // The metadata with the tokens kept alone, numbered anew in their order, wherever they are named.
  //   kept [vocab_size]  1: stays; has all that is required
  Metadata apply(const std::vector<uint8_t>& kept) const;

 private:
  struct Merge {
    int32_t left, right, joined;  // -1 where the vocabulary has no such entry
  };
  explicit TokenizerTrim(const Metadata& metadata) : metadata_(&metadata) {}
  void read_merges();
  void require_special();
  void require_characters();
  void require_worst_score();
  void require_named();

  const Metadata* metadata_;
  std::shared_ptr<const Tokenizer> tokenizer_;
  bool spells_in_bytes_ = false;
  std::vector<Merge> merges_;  // tokenizer.ggml.merges
  std::vector<uint8_t> required_;
};

}  // namespace ondol
