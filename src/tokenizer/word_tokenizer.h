// WordTokenizer: tokenizers that cut a text in words and encode each word by itself.
#pragma once

#include <vector>

#include "tokenizer/merge.h"
#include "tokenizer/splitter.h"
#include "tokenizer/vocabulary_tokenizer.h"

namespace ondol {

class WordTokenizer : public VocabularyTokenizer {
 protected:
  // What encoding a word needs, kept from word to word.
  struct Scratch {
    std::vector<Symbol> symbols;
    Merger merger;
  };

  WordTokenizer(Vocabulary vocabulary, PieceTable pieces, bool adds_space, Splitter splitter)
      : VocabularyTokenizer(std::move(vocabulary), std::move(pieces), adds_space), splitter_(std::move(splitter)) {}

  void encode_text(std::string_view text, bool at_start, std::vector<TokenId>& out) const final;

  // Appends the ids of `word`, which is not empty and has at most max_word_bytes(); `hash` is hash_text(word).
  virtual void encode_word(std::string_view word, uint64_t hash, Scratch& scratch, std::vector<TokenId>& out) const = 0;
  // A longer word is cut.
  virtual int64_t max_word_bytes() const { return kMaxWordBytes; }

  // For models that merge: where no entry reaches over the words that SentencePiece's ▁ begins, a text that nothing
  // else cuts is cut there, because short words are encoded faster, and each but once.
  void cut_at_written_spaces();

 private:
  Splitter splitter_;
};

}  // namespace ondol
