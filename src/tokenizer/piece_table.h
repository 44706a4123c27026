// PieceTable: many short texts, numbered from 0, found again by text.
//
// All bytes lie in one block, and the index is one open-addressing table of (hash tag, number): a vocabulary of 128 k
// entries takes about 3 MB and a look-up two cache misses.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/hash.h"

namespace ondol {

class PieceTable {
 public:
  static constexpr int32_t kNone = -1;

  explicit PieceTable(int64_t n_pieces = 0);

  // Appends the next piece.  It can be found when `findable`, it is not empty and no earlier findable piece equals it.
  // At most n_pieces of the constructor.
  void add(std::string_view text, bool findable);

  int64_t size() const { return static_cast<int64_t>(ends_.size()); }
  std::string_view operator[](int64_t number) const;  // number < size()
  int32_t find(std::string_view text) const { return find(text, hash_text(text)); }
  int32_t find(std::string_view text, uint64_t hash) const;  // `hash` is hash_text(text)
  int64_t longest_findable_bytes() const { return longest_findable_bytes_; }

  // What a table takes of the heap, at most.
  static int64_t heap_bytes(int64_t n_pieces, int64_t text_bytes) {
    const auto n_slots = static_cast<int64_t>(std::bit_ceil(static_cast<size_t>(n_pieces) * 2 + 1));
    return n_slots * static_cast<int64_t>(sizeof(Slot)) + n_pieces * static_cast<int64_t>(sizeof(int64_t)) +
           2 * text_bytes;  // a string grows by doubling
  }

 private:
  struct Slot {
    uint32_t tag = 0;
    int32_t number = kNone;
  };
  std::string bytes_;
  std::vector<int64_t> ends_;
  std::vector<Slot> slots_;  // a power of two, at most half full
  int64_t longest_findable_bytes_ = 0;
};

}  // namespace ondol
