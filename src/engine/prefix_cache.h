// PrefixCache: pages of texts that were computed before, found again by their tokens.
//
// Keys and values of a position depend on the tokens up to it and the scales of the model's adapters, and on nothing
// else (kernel/kernels.h, the contract), so a text that begins like an earlier one of the same scales may begin with
// its pages.  They stand in a tree for each row of scales: each node is a page and the tokens it holds, and its
// children are the pages that once followed it.  Tokens are compared, not hashed: there is nothing to collide.  A page
// only the tree holds is given up when another one is needed, the one used longest ago first, leaves before what they
// stand on.  Source: Zheng et al. 2024 (SGLang, RadixAttention), section 3.
#pragma once

#include <list>
#include <map>
#include <span>
#include <vector>

#include "engine/kv_cache.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

// With how many tokens both texts begin.
int64_t n_common(std::span<const TokenId> a, std::span<const TokenId> b);

// Owned by one engine; not thread-safe.  The pool outlives it.
class PrefixCache {
 public:
  explicit PrefixCache(KvPagePool& pool) : pool_(&pool) {}
  PrefixCache(PrefixCache&& other) = delete;
  ~PrefixCache();

  using Scales = std::vector<float>;  // of each adapter; numbers

  // The longest beginning of `tokens` there is under these scales.  Pages stay valid until the next call of another
  // function.
  struct Found {
    std::vector<uint8_t*> pages;  // full ones that match wholly
    uint8_t* partial = nullptr;   // a page whose first positions match, or null
    int n_partial = 0;            // how many, less than kPageLength
  };
  Found find(const Scales& scales, std::span<const TokenId> tokens);

  // Remembers the pages of `tokens`; the last one may be partly filled if nobody will write into it any more.  Where an
  // equal page is there already, the holder's is let go and the tree's is held and put in its place.
  void insert(const Scales& scales, std::span<const TokenId> tokens, std::span<uint8_t*> pages);

  // Gives up the page used longest ago that nobody else holds.  False when there is none.
  bool evict();
  // Gives up `page`, if it is here, and what stands on it.
  void forget(const uint8_t* page);

  int64_t n_pages() const { return static_cast<int64_t>(nodes_.size()); }

 private:
  struct Node;
  using Place = std::list<Node>::iterator;
  using Children = std::map<std::vector<TokenId>, Place>;  // by their tokens, so that neighbours begin alike
  struct Node {
    uint8_t* page;
    Place parent;        // nodes_.end() for none
    Children* siblings;  // the parent's children, or those of roots_
    Children::iterator in_siblings;
    Children children{};
  };

  void touch(Place node);
  void remove(Place leaf);
  void drop_empty_trees();

  KvPagePool* pool_;
  std::list<Node> nodes_;  // used longest ago first
  std::map<Scales, Children> roots_;
};

}  // namespace ondol
