// MergeTable: (left id, right id) -> rank and id of the two joined.
//
// Two of three pairs that BPE asks for do not merge, and the table of a large vocabulary (16 bytes for each of 280 k
// merges of Llama 3, half full) is no guest of a first- or second-level cache.  So a filter of one bit for each of 16
// possible hashes per merge, 35 times smaller, is asked first and turns away nine of ten such pairs.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "format/metadata.h"
#include "tokenizer/hash.h"
#include "tokenizer/merge.h"
#include "tokenizer/vocabulary.h"

namespace ondol {

class MergeTable {
 public:
  explicit MergeTable(int64_t n_merges = 0)
      : slots_(std::bit_ceil(static_cast<size_t>(n_merges) * 2 + 1)),
        filter_(std::bit_ceil(static_cast<size_t>(n_merges) / 4 + 1)),
        seed_(hash_seed()) {}

  // Asks for the memory that add() of the same pair will touch; some pairs ahead hides most of its latency.
  void expect(int32_t left, int32_t right) const {
    const uint64_t hash = hash_number(key(left, right), seed_);
    __builtin_prefetch(&slots_[hash & (slots_.size() - 1)], 1);
  }

  // What a table takes of the heap.
  static int64_t heap_bytes(int64_t n_merges) {
    const auto n = static_cast<size_t>(n_merges);
    return static_cast<int64_t>(std::bit_ceil(n * 2 + 1) * sizeof(Slot) + std::bit_ceil(n / 4 + 1) * sizeof(uint64_t));
  }

  // Ids are not negative; at most n_merges calls.  The first merge of a pair stays.
  void add(int32_t left, int32_t right, Merge merge) {
    const uint64_t hash = hash_number(key(left, right), seed_);
    filter_[word_of(hash)] |= bit_of(hash);
    Slot& slot = slots_[locate(key(left, right), hash)];
    if (slot.key == kFree) slot = {key(left, right), merge};
  }

  // The merge of two ids; ids may be -1, which never merges.
  Merge find(int32_t left, int32_t right) const {
    const uint64_t hash = hash_number(key(left, right), seed_);
    if ((filter_[word_of(hash)] & bit_of(hash)) == 0) return {};
    return slots_[locate(key(left, right), hash)].merge;
  }

 private:
  static constexpr uint64_t kFree = ~uint64_t{0};  // (-1, -1)
  struct Slot {
    uint64_t key = kFree;
    Merge merge;
  };
  static uint64_t key(int32_t left, int32_t right) {
    return uint64_t{static_cast<uint32_t>(left)} << 32 | static_cast<uint32_t>(right);
  }
  // The filter is indexed by the upper half of a hash, the slots by the lower.
  size_t word_of(uint64_t hash) const { return hash >> 38 & (filter_.size() - 1); }
  static uint64_t bit_of(uint64_t hash) { return uint64_t{1} << (hash >> 32 & 63); }
  size_t locate(uint64_t wanted, uint64_t hash) const {
    const size_t mask = slots_.size() - 1;
    size_t i = hash & mask;
    while (slots_[i].key != wanted && slots_[i].key != kFree) i = (i + 1) & mask;
    return i;
  }

  std::vector<Slot> slots_;       // a power of two, at most half full
  std::vector<uint64_t> filter_;  // a power of two of words; a bit is set where a merge hashes to it
  uint64_t seed_;
};

// The merges of tokenizer.ggml.merges.  The joined entry is left and right without `inner_prefix`.  A merge whose parts
// or result are not in the vocabulary can never apply and is left out.  Fails with kCorruptFile.
Result<MergeTable> read_merges(const Metadata& metadata, const Vocabulary& vocabulary, std::string_view inner_prefix);

}  // namespace ondol
