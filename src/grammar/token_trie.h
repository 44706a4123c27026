// TokenTrie: the texts of a vocabulary's tokens as one tree of bytes, laid out in the order a walk visits them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ondol {

class TokenTrie {
 public:
  // One way from the root; the token ids end where the next node's begin.
  struct Node {
    uint8_t byte;
    uint8_t depth;        // 1 below the root; tokens longer than 255 bytes are left out
    int32_t subtree_end;  // the first node that is not below this one
    int32_t first_token;
  };

  TokenTrie() = default;
  // texts[i] is the text of ids[i]; empty texts are left out.
  TokenTrie(std::span<const std::string> texts, std::span<const int32_t> ids);

  int32_t size() const { return static_cast<int32_t>(nodes_.size()) - 1; }
  const Node& operator[](int32_t node) const { return nodes_[static_cast<size_t>(node)]; }
  // Ids of the tokens whose text ends at `node`.
  std::span<const int32_t> tokens(int32_t node) const {
    const auto n = static_cast<size_t>(node);
    return std::span(tokens_).subspan(static_cast<size_t>(nodes_[n].first_token),
                                      static_cast<size_t>(nodes_[n + 1].first_token - nodes_[n].first_token));
  }

 private:
  std::vector<Node> nodes_{{0, 0, 0, 0}};  // and one behind the last
  std::vector<int32_t> tokens_;
};

}  // namespace ondol
