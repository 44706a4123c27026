#include "engine/prefix_cache.h"

#include <algorithm>
#include <utility>

namespace ondol {
namespace {

using Key = std::vector<TokenId>;

Key page_key(std::span<const TokenId> tokens, size_t page) {
  const auto part = tokens.subspan(page * kPageLength);
  const auto n = std::min<size_t>(part.size(), kPageLength);
  return {part.begin(), part.begin() + static_cast<std::ptrdiff_t>(n)};
}

}  // namespace

int64_t n_common(std::span<const TokenId> a, std::span<const TokenId> b) {
  return std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin();
}

PrefixCache::~PrefixCache() {
  for (const Node& node : nodes_) pool_->let_go(node.page);
}

PrefixCache::Found PrefixCache::find(const Scales& scales, std::span<const TokenId> tokens) {
  Found found;
  const auto root = roots_.find(scales);
  if (root == roots_.end()) return found;
  Place node = nodes_.end();
  for (;;) {
    const Key key = page_key(tokens, found.pages.size());
    const Children& children = node == nodes_.end() ? root->second : node->children;
    if (key.empty() || children.empty()) break;
    // The child that begins most like the key stands beside where the key would.
    auto best = children.lower_bound(key);
    if (best == children.end() ||
        (best != children.begin() && n_common(std::prev(best)->first, key) > n_common(best->first, key))) {
      --best;
    }
    const auto n = static_cast<int>(n_common(best->first, key));
    if (n == kPageLength) {
      node = best->second;
      found.pages.push_back(node->page);
      continue;
    }
    if (n > 0) {
      found.partial = best->second->page;
      found.n_partial = n;
      touch(best->second);
    }
    break;
  }
  touch(node);
  return found;
}

void PrefixCache::insert(const Scales& scales, std::span<const TokenId> tokens, std::span<uint8_t*> pages) {
  if (pages.empty()) return;
  Children& roots = roots_[scales];
  Place node = nodes_.end();
  for (size_t i = 0; i < pages.size(); ++i) {
    Key key = page_key(tokens, i);
    if (key.empty()) break;
    Children& children = node == nodes_.end() ? roots : node->children;
    auto child = children.lower_bound(key);
    const bool is_full = key.size() == kPageLength;
    if (child != children.end() && child->first == key) {
      if (is_full) {
        pool_->hold(child->second->page);
        pool_->let_go(std::exchange(pages[i], child->second->page));
      }
    } else if (!is_full && child != children.end() && n_common(child->first, key) == std::ssize(key)) {
      break;  // a fuller page holds all of it
    } else {
      // A page that this one continues is not needed any more.
      if (child != children.begin()) {
        const auto before = std::prev(child);
        if (n_common(before->first, key) == std::ssize(before->first)) remove(before->second);
      }
      pool_->hold(pages[i]);
      const Place added = nodes_.insert(nodes_.end(), Node{pages[i], node, &children, {}});
      child = added->in_siblings = children.emplace(std::move(key), added).first;
    }
    node = child->second;
  }
  touch(node);
}

// Leaves come before what they stand on, so that they go first.
void PrefixCache::touch(Place node) {
  for (; node != nodes_.end(); node = node->parent) nodes_.splice(nodes_.end(), nodes_, node);
}

void PrefixCache::remove(Place leaf) {
  leaf->siblings->erase(leaf->in_siblings);
  pool_->let_go(leaf->page);
  nodes_.erase(leaf);
}

bool PrefixCache::evict() {
  const auto oldest = std::find_if(nodes_.begin(), nodes_.end(), [&](const Node& node) {
    return node.children.empty() && pool_->n_holders(node.page) == 1;
  });
  if (oldest == nodes_.end()) return false;
  remove(oldest);
  drop_empty_trees();
  return true;
}

void PrefixCache::forget(const uint8_t* page) {
  const auto top = std::find_if(nodes_.begin(), nodes_.end(), [&](const Node& node) { return node.page == page; });
  if (top == nodes_.end()) return;
  for (;;) {
    Place leaf = top;
    while (!leaf->children.empty()) leaf = leaf->children.begin()->second;
    const bool was_top = leaf == top;
    remove(leaf);
    if (was_top) return drop_empty_trees();
  }
}

void PrefixCache::drop_empty_trees() {
  std::erase_if(roots_, [](const auto& tree) { return tree.second.empty(); });
}

}  // namespace ondol
