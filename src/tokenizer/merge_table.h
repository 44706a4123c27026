// MergeTable: (left id, right id) -> rank and id of the two joined; one load per look-up in most cases.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "tokenizer/hash.h"
#include "tokenizer/merge.h"

namespace ondol {

class MergeTable {
 public:
  explicit MergeTable(int64_t n_merges = 0)
      : slots_(std::bit_ceil(static_cast<size_t>(n_merges) * 2 + 1)), seed_(hash_seed()) {}

  // Ids are not negative; at most n_merges calls.  The first merge of a pair stays.
  void add(int32_t left, int32_t right, Merge merge) {
    Slot& slot = slots_[locate(left, right)];
    if (slot.key == kFree) slot = {key(left, right), merge};
  }

  // The merge of two ids; ids may be -1, which never merges.
  Merge find(int32_t left, int32_t right) const { return slots_[locate(left, right)].merge; }

 private:
  static constexpr uint64_t kFree = ~uint64_t{0};  // (-1, -1)
  struct Slot {
    uint64_t key = kFree;
    Merge merge;
  };
  static uint64_t key(int32_t left, int32_t right) {
    return uint64_t{static_cast<uint32_t>(left)} << 32 | static_cast<uint32_t>(right);
  }
  size_t locate(int32_t left, int32_t right) const {
    const size_t mask = slots_.size() - 1;
    const uint64_t wanted = key(left, right);
    size_t i = hash_number(wanted, seed_) & mask;
    while (slots_[i].key != wanted && slots_[i].key != kFree) i = (i + 1) & mask;
    return i;
  }

  std::vector<Slot> slots_;  // a power of two, at most half full
  uint64_t seed_;
};

}  // namespace ondol
