// WordCounts: the words of a text and how often each occurs, which is all that learning a vocabulary needs of it.
//
// A word begins at each space, which is its first character and is written "▁" (U+2581) as in a vocabulary.  A digit is
// a word of its own, so that numbers stay readable digit by digit, and so is a line end.  Source: Kudo and Richardson
// 2018, section 3.2; options "split_digits" and "byte_fallback" of SentencePiece.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ondol {

class WordCounts {
 public:
  // With `splits_punctuation` marks and symbols do not stand in one word with letters: `{"on":` is `{"`, `on`, `":`.
  explicit WordCounts(bool splits_punctuation = false) : splits_punctuation_(splits_punctuation) {}

  // Adds the words of `text`, which is well-formed UTF-8.
  void add(std::string_view text);

  int64_t size() const { return static_cast<int64_t>(words_.size()); }
  // In the order in which they first occurred.  index < size().
  std::string_view word(int64_t index) const;
  int64_t count(int64_t index) const { return words_[static_cast<size_t>(index)].count; }
  // Of all words together, each counted once.
  int64_t size_bytes() const { return static_cast<int64_t>(bytes_.size()); }

 private:
  struct Word {
    size_t end;  // in bytes_; it begins where the one before ends
    int64_t count;
  };
  void add_word(std::string_view word);
  size_t slot_of(std::string_view word) const;
  void grow();

  bool splits_punctuation_;
  std::string bytes_;
  std::vector<Word> words_;
  std::vector<uint32_t> slots_;  // open addressing: 1 + index of a word, 0 where empty; a power of two, half full
};

}  // namespace ondol
