#include "tokenizer/piece_trie.h"

#include <algorithm>

namespace ondol {

PieceTrie::PieceTrie(std::vector<std::pair<std::string_view, int32_t>> entries) {
  std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  // The nodes level by level: each stands for the entries [first, last), which agree in `depth` bytes.
  struct Level {
    size_t first, last, depth;
  };
  nodes_.emplace_back();
  std::vector<Level> levels{{0, entries.size(), 0}};
  for (size_t node = 0; node < levels.size(); ++node) {
    auto [first, last, depth] = levels[node];
    for (; first < last && entries[first].first.size() == depth; ++first) {
      if (depth > 0) nodes_[node].number = entries[first].second;
    }
    nodes_[node].first_child = static_cast<uint32_t>(nodes_.size());
    while (first < last) {
      const char label = entries[first].first[depth];
      size_t end = first + 1;
      while (end < last && entries[end].first[depth] == label) ++end;
      nodes_.push_back({.label = static_cast<uint8_t>(label)});
      ++nodes_[node].n_children;
      levels.push_back({first, end, depth + 1});
      first = end;
    }
  }
}

}  // namespace ondol
