// WordCache: words a call of encode has met, and where their ids already stand in its output.
//
// Natural text repeats its words; copying ids is some twenty times cheaper than merging.  Nothing is stored but two
// positions per word, in a table of fixed size where a newcomer replaces the old one.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace ondol {

class WordCache {
 public:
  // For a text of `text_bytes`: short texts repeat little and pay for clearing the table, so they get a small one.
  explicit WordCache(int64_t text_bytes)
      : slots_(std::bit_ceil(static_cast<size_t>(std::clamp<int64_t>(text_bytes / 8, 1, kMaxSlots)))) {}

  // Appends the ids of `word` to `out` when they are known.  `hash` is hash_text(word).
  bool append(std::string_view word, uint64_t hash, std::vector<TokenId>& out) const {
    const Slot& slot = slots_[hash & (slots_.size() - 1)];
    if (slot.word != word || word.empty()) return false;
    for (int64_t i = 0; i < slot.n_ids; ++i) out.push_back(out[static_cast<size_t>(slot.first_id + i)]);
    return true;
  }

  // Remembers that the ids of `word` are out[first_id, end).  The bytes of `word` stay where they are during the call.
  void remember(std::string_view word, uint64_t hash, size_t first_id, const std::vector<TokenId>& out) {
    slots_[hash & (slots_.size() - 1)] = {word, static_cast<int64_t>(first_id),
                                          static_cast<int64_t>(out.size() - first_id)};
  }

 private:
  static constexpr int64_t kMaxSlots = 1 << 16;
  struct Slot {
    std::string_view word;
    int64_t first_id = 0;
    int64_t n_ids = 0;
  };
  std::vector<Slot> slots_;
};

}  // namespace ondol
