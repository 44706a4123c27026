// KV cache: keys and values of every sequence, in pages taken from one pool.
//
// Pages (kernel/kernels.h draws them) let sequences of any length share memory without moving it: a sequence takes a
// page when it reaches the page's first position and gives it back when it is closed or truncated.  Whoever begins with
// the same text may hold the same pages: a page goes back when its last holder lets go, and only who holds it alone
// writes into it.  The pool is one zeroed mapping, so a page costs memory only from its first use.
// Source: Kwon et al. 2023 (PagedAttention), section 4.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/memory.h"
#include "model/kv_cache_view.h"

namespace ondol {

// What one page holds.
struct KvPageShape {
  KvType type = KvType::kF16;
  int n_layers = 0;
  int n_kv_heads = 0;
  int head_dim = 0;

  int64_t size_bytes() const { return kv_cache_page_bytes(type, n_layers, n_kv_heads, head_dim); }
};

// Makes positions [first_slot, end_slot) of a page unwritten again.
void clear_slots(const KvPageShape& shape, uint8_t* page, int first_slot, int end_slot);

// Pages of equal shape.  Owned by one engine; not thread-safe; must outlive the caches that take from it.
class KvPagePool {
 public:
  // Fails with kOutOfMemory.
  static Result<KvPagePool> create(const KvPageShape& shape, int64_t n_pages);

  const KvPageShape& shape() const { return shape_; }
  int64_t n_pages() const { return n_pages_; }
  int64_t n_free() const { return n_pages_ - n_fresh_taken_ + static_cast<int64_t>(returned_.size()); }

  // A page of zeros with one holder.  There must be a free one.
  uint8_t* take();
  // One more holder, and one less.
  void hold(const uint8_t* page) { ++n_holders_[index_of(page)]; }
  void let_go(uint8_t* page);
  int n_holders(const uint8_t* page) const { return n_holders_[index_of(page)]; }

 private:
  size_t index_of(const uint8_t* page) const {
    return static_cast<size_t>((page - memory_.data()) / shape_.size_bytes());
  }

  KvPageShape shape_;
  Buffer memory_;
  int64_t n_pages_ = 0;
  int64_t n_fresh_taken_ = 0;       // pages [0, n_fresh_taken_) have been used before
  std::vector<uint8_t*> returned_;  // free again; still full of old values
  std::vector<int> n_holders_;      // [n_pages]
};

// Keys and values of one sequence.  Lets go of its pages when destroyed.
class KvCache {
 public:
  explicit KvCache(KvPagePool& pool) : pool_(&pool) {}
  KvCache(KvCache&& other) noexcept : pool_(other.pool_), pages_(std::move(other.pages_)), length_(other.length_) {
    other.pages_.clear();
  }
  KvCache& operator=(KvCache&&) = delete;
  ~KvCache();

  int64_t length() const { return length_; }  // positions filled
  // Takes pages until `length` positions have room.  The pool must have them.
  void reserve(int64_t length);
  // Says that the next `n` positions, for which there is room, have been written.
  void advance(int64_t n);
  // Holds a full page that others hold, too, as the next kPageLength positions.  The length must be a multiple of it.
  void append_shared(uint8_t* page);
  // Forgets positions from `length` on: pages behind it go back, the rest of its last page becomes zero again.  Where
  // others hold that page, it is copied first: the pool must have a free one then.
  void truncate(int64_t length);
  // Whether truncate(length) needs a free page.
  bool truncate_copies(int64_t length) const;

  // Valid until the next call of another function.  Page p holds positions from p * kPageLength on.
  KvCacheView view() const;
  std::span<uint8_t*> pages() { return pages_; }

 private:
  KvPagePool* pool_;
  std::vector<uint8_t*> pages_;
  int64_t length_ = 0;
};

}  // namespace ondol
