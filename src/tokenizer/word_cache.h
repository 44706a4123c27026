// WordCache: the ids of words a call of encode has met.
//
// Natural text repeats its words, and copying ids is many times cheaper than merging.  A slot is one cache line that
// holds the word itself, so a hit costs one miss of the cache and no more; words that do not fit are not kept.  The
// table has a fixed size, where a newcomer replaces the old one.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace ondol {

class WordCache {
 public:
  // For a text of `text_bytes`: a short text repeats little, and clearing a table has its price.
  explicit WordCache(int64_t text_bytes)
      : slots_(std::bit_ceil(static_cast<size_t>(std::clamp<int64_t>(text_bytes / kBytesPerSlot, 1, kMaxSlots)))) {}

  // Appends the ids of `word` to `out` when they are known.  `hash` is hash_text(word).
  bool append(std::string_view word, uint64_t hash, std::vector<TokenId>& out) const {
    const Slot& slot = slots_[hash & (slots_.size() - 1)];
    if (slot.n_bytes != word.size() || std::memcmp(slot.bytes, word.data(), word.size()) != 0) return false;
    out.insert(out.end(), slot.ids, slot.ids + slot.n_ids);
    return true;
  }

  // Remembers that the ids of `word`, which is not empty, are out[first_id, end).
  void remember(std::string_view word, uint64_t hash, size_t first_id, const std::vector<TokenId>& out) {
    const size_t n_ids = out.size() - first_id;
    if (word.size() > sizeof(Slot::bytes) || n_ids > std::size(Slot{}.ids)) return;
    Slot& slot = slots_[hash & (slots_.size() - 1)];
    slot.n_bytes = static_cast<uint8_t>(word.size());
    slot.n_ids = static_cast<uint8_t>(n_ids);
    std::memcpy(slot.bytes, word.data(), word.size());
    std::copy(out.begin() + static_cast<ptrdiff_t>(first_id), out.end(), slot.ids);
  }

 private:
  static constexpr int64_t kMaxSlots = 1 << 15;
  static constexpr int64_t kBytesPerSlot = 32;
  struct alignas(64) Slot {
    uint8_t n_bytes = 0;  // 0 in an empty slot
    uint8_t n_ids = 0;
    char bytes[22] = {};
    TokenId ids[10] = {};
  };
  static_assert(sizeof(Slot) == 64);
  std::vector<Slot> slots_;
};

}  // namespace ondol
