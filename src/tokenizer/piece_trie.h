// PieceTrie: all entries that a text begins with, shortest first, in one walk over its bytes.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace ondol {

class PieceTrie {
 public:
  // `entries` are texts and their numbers.  Empty texts are never found; of equal ones the last counts.
  explicit PieceTrie(std::vector<std::pair<std::string_view, int32_t>> entries = {});

  // Calls on_match(length in bytes, number) for every entry at the front of `text`.
  template <class OnMatch>
  void walk(std::string_view text, OnMatch&& on_match) const {
    size_t node = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      const int64_t next = child(node, static_cast<uint8_t>(text[i]));
      if (next < 0) return;
      node = static_cast<size_t>(next);
      if (nodes_[node].number >= 0) on_match(i + 1, nodes_[node].number);
    }
  }

 private:
  struct Node {
    uint32_t first_child = 0;  // children lie side by side, by label
    uint16_t n_children = 0;
    uint8_t label = 0;
    int32_t number = -1;
  };
  int64_t child(size_t node, uint8_t label) const {
    const Node& parent = nodes_[node];
    if (parent.n_children == 256) return parent.first_child + int64_t{label};
    for (uint32_t i = parent.first_child, end = i + parent.n_children; i < end; ++i) {
      if (nodes_[i].label >= label) return nodes_[i].label == label ? int64_t{i} : -1;
    }
    return -1;
  }

  std::vector<Node> nodes_;  // the root first
};

}  // namespace ondol
