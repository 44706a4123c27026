#include "grammar/token_trie.h"

#include <algorithm>
#include <numeric>

namespace ondol {

TokenTrie::TokenTrie(std::span<const std::string> texts, std::span<const int32_t> ids) {
  constexpr size_t kLongest = 255;
  std::vector<size_t> order;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (!texts[i].empty() && texts[i].size() <= kLongest) order.push_back(i);
  }
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return texts[a] != texts[b] ? texts[a] < texts[b] : ids[a] < ids[b]; });

  nodes_.clear();
  std::vector<size_t> path;  // nodes from the root to the last text's end
  std::string_view last;
  const auto leave = [&](size_t depth) {
    for (; path.size() > depth; path.pop_back()) nodes_[path.back()].subtree_end = static_cast<int32_t>(nodes_.size());
  };
  for (const size_t i : order) {
    const std::string_view text = texts[i];
    const auto same =
        static_cast<size_t>(std::mismatch(text.begin(), text.end(), last.begin(), last.end()).first - text.begin());
    leave(same);
    for (size_t depth = same; depth < text.size(); ++depth) {
      path.push_back(nodes_.size());
      nodes_.push_back({static_cast<uint8_t>(text[depth]), static_cast<uint8_t>(depth + 1), 0,
                        static_cast<int32_t>(tokens_.size())});
    }
    tokens_.push_back(ids[i]);
    last = text;
  }
  leave(0);
  nodes_.push_back({0, 0, static_cast<int32_t>(nodes_.size()), static_cast<int32_t>(tokens_.size())});
}

}  // namespace ondol
