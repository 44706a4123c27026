#include "engine/kv_cache.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "base/checked_math.h"
#include "engine/engine_messages.h"
#include "kernel/dispatch.h"

namespace ondol {

Result<KvPagePool> KvPagePool::create(const KvPageShape& shape, int64_t n_pages) {
  KvPagePool pool;
  const int64_t size_bytes = checked_mul(shape.size_bytes(), n_pages).value_or(INT64_MAX);
  TRY(pool.memory_, Buffer::allocate(msg::kKvCacheMemory.text(), size_bytes));
  pool.shape_ = shape;
  pool.n_pages_ = n_pages;
  pool.n_holders_.resize(static_cast<size_t>(n_pages));
  return pool;
}

uint8_t* KvPagePool::take() {
  uint8_t* page = nullptr;
  // A used page first: its memory is already ours.
  if (!returned_.empty()) {
    page = returned_.back();
    returned_.pop_back();
    std::memset(page, 0, static_cast<size_t>(shape_.size_bytes()));
  } else {
    CHECK(n_fresh_taken_ < n_pages_);
    page = memory_.data() + shape_.size_bytes() * n_fresh_taken_++;
  }
  hold(page);
  return page;
}

void KvPagePool::let_go(uint8_t* page) {
  if (--n_holders_[index_of(page)] == 0) returned_.push_back(page);
}

void clear_slots(const KvPageShape& shape, uint8_t* page, int first_slot, int end_slot) {
  const std::vector<float> zeros(static_cast<size_t>(shape.head_dim));
  const KvCacheView one_page{&page, 1, shape.type, shape.n_kv_heads, shape.head_dim};
  for (int layer = 0; layer < shape.n_layers; ++layer) {
    for (int head = 0; head < shape.n_kv_heads; ++head) {
      for (int slot = first_slot; slot < end_slot; ++slot) {
        kernels().store_kv(shape.type, zeros.data(), zeros.data(), shape.head_dim, slot, one_page.keys(0, layer, head),
                           one_page.values(0, layer, head));
      }
    }
  }
}

KvCache::~KvCache() {
  for (uint8_t* page : pages_) pool_->let_go(page);
}

void KvCache::reserve(int64_t length) {
  const int64_t n_pages = divide_up(length, kPageLength);
  while (static_cast<int64_t>(pages_.size()) < n_pages) pages_.push_back(pool_->take());
}

void KvCache::advance(int64_t n) {
  CHECK(length_ + n <= static_cast<int64_t>(pages_.size()) * kPageLength);
  length_ += n;
}

void KvCache::append_shared(uint8_t* page) {
  CHECK(length_ == static_cast<int64_t>(pages_.size()) * kPageLength);
  pool_->hold(page);
  pages_.push_back(page);
  length_ += kPageLength;
}

bool KvCache::truncate_copies(int64_t length) const {
  return length % kPageLength != 0 && pool_->n_holders(pages_[static_cast<size_t>(length / kPageLength)]) > 1;
}

void KvCache::truncate(int64_t length) {
  CHECK(0 <= length && length <= length_);
  const int64_t n_pages = divide_up(length, kPageLength);
  while (static_cast<int64_t>(pages_.size()) > n_pages) {
    pool_->let_go(pages_.back());
    pages_.pop_back();
  }
  if (length < length_ && length % kPageLength != 0) {
    if (truncate_copies(length)) {
      uint8_t* copy = pool_->take();
      std::memcpy(copy, pages_.back(), static_cast<size_t>(pool_->shape().size_bytes()));
      pool_->let_go(std::exchange(pages_.back(), copy));
    }
    const int64_t page_begin = (n_pages - 1) * kPageLength;
    clear_slots(pool_->shape(), pages_.back(), static_cast<int>(length - page_begin),
                static_cast<int>(std::min<int64_t>(length_ - page_begin, kPageLength)));
  }
  length_ = length;
}

KvCacheView KvCache::view() const {
  const KvPageShape& shape = pool_->shape();
  return {pages_.data(), static_cast<int64_t>(pages_.size()), shape.type, shape.n_kv_heads, shape.head_dim};
}

}  // namespace ondol
