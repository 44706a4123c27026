// KV cache: keys and values of every sequence, in pages taken from one pool.
//
// Pages (kernel/kernels.h draws them) let sequences of any length share memory without moving it: a sequence takes a
// page when it reaches the page's first position and gives it back when it is closed or truncated.  Whoever begins with
// the same text may hold the same pages: a page goes back when its last holder lets go, and only who holds it alone
// writes into it.  The pool is one zeroed mapping, so a page costs memory only from its first use.  Where the type is
// q4_0, a sequence has kRecentPages pages of f16 besides, from a second pool, for its newest block.
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
  // `recent` has pages of f16, of the pool's shape otherwise, at least kRecentPages for each cache: for q4_0, else
  // null.
  explicit KvCache(KvPagePool& pool, KvPagePool* recent = nullptr) : pool_(&pool), recent_pool_(recent) {}
  KvCache(KvCache&& other) noexcept
      : pool_(other.pool_),
        recent_pool_(other.recent_pool_),
        pages_(std::move(other.pages_)),
        recent_(std::move(other.recent_)),
        length_(other.length_),
        recent_from_(other.recent_from_) {
    other.pages_.clear();
    other.recent_.clear();
  }
  KvCache& operator=(KvCache&&) = delete;
  ~KvCache();

  int64_t length() const { return length_; }  // positions filled
  // Takes pages until `length` positions have room.  The pool must have them.  Where the type is q4_0, those not yet
  // filled must stand in one block.
  void reserve(int64_t length);
  // Says that the next `n` positions, for which there is room, have been written.
  void advance(int64_t n);
  // Holds a full page that others hold, too, as the next kPageLength positions.  The length must be a multiple of it.
  void append_shared(uint8_t* page);
  // Forgets positions from `length` on: pages behind it go back, the rest of its last page becomes zero again.  Where
  // others hold that page, it is copied first: the pool must have a free one then.  Where the type is q4_0 and the f16
  // form of the block that `length` stands in is gone, that block is forgotten, too.  Returns the new length.
  int64_t truncate(int64_t length);
  // The shortest length that truncate() leaves as it is, besides multiples of kRecentLength.
  int64_t recent_from() const { return recent_from_; }
  // Says that pages were filled by others than forward(), without f16 forms; forgets the block they end in.
  void keep_whole_blocks();
  // Whether truncate(length) needs a free page.
  bool truncate_copies(int64_t length) const;

  // Valid until the next call of another function.  Page p holds positions from p * kPageLength on.
  KvCacheView view() const;
  std::span<uint8_t*> pages() { return pages_; }

 private:
  KvPagePool* pool_;
  KvPagePool* recent_pool_;
  std::vector<uint8_t*> pages_;
  std::vector<uint8_t*> recent_;  // [kRecentPages] from the first reserve() on; empty without recent_pool_
  int64_t length_ = 0;
  int64_t recent_from_ = 0;  // positions from here on have an f16 form in recent_; 0 without recent_pool_
};

}  // namespace ondol
