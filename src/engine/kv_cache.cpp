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
  for (uint8_t* page : recent_) recent_pool_->let_go(page);
}

void KvCache::reserve(int64_t length) {
  const int64_t n_pages = divide_up(length, kPageLength);
  if (recent_pool_ != nullptr && length > length_) {
    CHECK(recent_begin(length - 1) == recent_begin(length_));
    recent_from_ = std::max(recent_from_, recent_begin(length_));
    while (recent_.size() < kRecentPages) recent_.push_back(recent_pool_->take());
  }
  while (static_cast<int64_t>(pages_.size()) < n_pages) {
    if (recent_pool_ != nullptr) {
      std::memset(recent_[pages_.size() % kRecentPages], 0, static_cast<size_t>(recent_pool_->shape().size_bytes()));
    }
    pages_.push_back(pool_->take());
  }
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

void KvCache::keep_whole_blocks() {
  if (recent_pool_ == nullptr) return;
  recent_from_ = length_;
  truncate(recent_begin(length_));
}

bool KvCache::truncate_copies(int64_t length) const {
  if (length < recent_from_) length = recent_begin(length);
  return length % kPageLength != 0 && pool_->n_holders(pages_[static_cast<size_t>(length / kPageLength)]) > 1;
}

int64_t KvCache::truncate(int64_t length) {
  CHECK(0 <= length && length <= length_);
  if (length < recent_from_) recent_from_ = length = recent_begin(length);
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
    const auto first_slot = static_cast<int>(length - page_begin);
    const auto end_slot = static_cast<int>(std::min<int64_t>(length_ - page_begin, kPageLength));
    clear_slots(pool_->shape(), pages_.back(), first_slot, end_slot);
    if (recent_pool_ != nullptr) {
      uint8_t* const recent = recent_[static_cast<size_t>(n_pages - 1) % kRecentPages];
      clear_slots(recent_pool_->shape(), recent, first_slot, end_slot);
    }
  }
  return length_ = length;
}

KvCacheView KvCache::view() const {
  const KvPageShape& shape = pool_->shape();
  return {pages_.data(),  static_cast<int64_t>(pages_.size()),       shape.type, shape.n_kv_heads,
          shape.head_dim, recent_.empty() ? nullptr : recent_.data()};
}

}  // namespace ondol
