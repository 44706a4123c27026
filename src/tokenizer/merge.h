// Merging: the inner loop of BPE.  Of all adjacent pairs of symbols that a vocabulary can join, the one of least rank,
// and of equal ones the leftmost, becomes one symbol, until no pair is left (Sennrich et al. 2016, section 3.2).
//
// A short word is scanned for its best pair again and again, which stays in registers and one cache line; a long one
// (a text without spaces can be one word of megabytes) goes through a heap, n log n.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace ondol {

// Bytes [begin, end) of a word and the token they are, or -1 when they are none by themselves.
struct Symbol {
  uint32_t begin;
  uint32_t end;
  int32_t id;
};

// What joining two symbols gives.
struct Merge {
  static constexpr uint32_t kNever = std::numeric_limits<uint32_t>::max();
  uint32_t rank = kNever;
  int32_t id = -1;
};

class Merger {
 public:
  struct IgnoreMerge {
    void operator()(int32_t) const {}
  };
  static constexpr size_t kShortWord = 48;  // symbols

  // Merges `symbols`, which lie side by side, in place.  `find(left, right)` gives the Merge of two neighbours;
  // `on_merge(id)` hears of each that is done.
  template <class Find, class OnMerge = IgnoreMerge>
  void run(std::vector<Symbol>& symbols, Find&& find, OnMerge&& on_merge = {}) {
    if (symbols.size() <= kShortWord) run_short(symbols, find, on_merge);
    else run_long(symbols, find, on_merge);
  }

 private:
  template <class Find, class OnMerge>
  void run_short(std::vector<Symbol>& symbols, Find& find, OnMerge& on_merge) {
    // merges_[i] joins symbols i and i + 1
    merges_.clear();
    for (size_t i = 0; i + 1 < symbols.size(); ++i) merges_.push_back(find(symbols[i], symbols[i + 1]));
    while (!merges_.empty()) {
      size_t best = 0;
      for (size_t i = 1; i < merges_.size(); ++i) {
        if (merges_[i].rank < merges_[best].rank) best = i;
      }
      if (merges_[best].rank == Merge::kNever) return;
      on_merge(merges_[best].id);
      symbols[best] = {symbols[best].begin, symbols[best + 1].end, merges_[best].id};
      symbols.erase(symbols.begin() + static_cast<ptrdiff_t>(best) + 1);
      merges_.erase(merges_.begin() + static_cast<ptrdiff_t>(best));
      if (best > 0) merges_[best - 1] = find(symbols[best - 1], symbols[best]);
      if (best < merges_.size()) merges_[best] = find(symbols[best], symbols[best + 1]);
    }
  }

  template <class Find, class OnMerge>
  void run_long(std::vector<Symbol>& symbols, Find& find, OnMerge& on_merge) {
    const auto n = static_cast<uint32_t>(symbols.size());
    links_.resize(n);
    heap_.clear();
    const auto later = [](const Candidate& a, const Candidate& b) {
      return a.rank != b.rank ? a.rank > b.rank : a.left > b.left;
    };
    const auto candidate = [&](uint32_t left, uint32_t right) {
      const Merge merge = find(symbols[left], symbols[right]);
      return Candidate{merge.rank, left, symbols[right].end, merge.id};
    };
    const auto push = [&](uint32_t left, uint32_t right) {
      const Candidate c = candidate(left, right);
      if (c.rank == Merge::kNever) return;
      heap_.push_back(c);
      std::push_heap(heap_.begin(), heap_.end(), later);
    };
    for (uint32_t i = 0; i < n; ++i) links_[i] = {i == 0 ? kNone : i - 1, i + 1 == n ? kNone : i + 1};
    for (uint32_t i = 0; i + 1 < n; ++i) {
      if (const Candidate c = candidate(i, i + 1); c.rank != Merge::kNever) heap_.push_back(c);
    }
    std::make_heap(heap_.begin(), heap_.end(), later);

    while (!heap_.empty()) {
      std::pop_heap(heap_.begin(), heap_.end(), later);
      const Candidate best = heap_.back();
      heap_.pop_back();
      // stale when the left symbol was swallowed, or either side has grown since
      Symbol& left = symbols[best.left];
      const uint32_t right = links_[best.left].next;
      if (left.begin == left.end || right == kNone || symbols[right].end != best.end) continue;

      on_merge(best.id);
      left = {left.begin, best.end, best.id};
      symbols[right].begin = symbols[right].end;  // swallowed
      const uint32_t next = links_[right].next, previous = links_[best.left].previous;
      links_[best.left].next = next;
      if (next != kNone) {
        links_[next].previous = best.left;
        push(best.left, next);
      }
      if (previous != kNone) push(previous, best.left);
    }
    std::erase_if(symbols, [](const Symbol& symbol) { return symbol.begin == symbol.end; });
  }

  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
  struct Link {
    uint32_t previous;
    uint32_t next;
  };
  struct Candidate {
    uint32_t rank;
    uint32_t left;  // index of the left symbol
    uint32_t end;   // of the right symbol
    int32_t id;
  };
  std::vector<Merge> merges_;
  std::vector<Link> links_;
  std::vector<Candidate> heap_;
};

// The longest part of a text that is merged as one word; symbols count bytes in 32 bits.
inline constexpr int64_t kMaxWordBytes = int64_t{1} << 30;

}  // namespace ondol
