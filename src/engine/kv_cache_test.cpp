#include "engine/kv_cache.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "kernel/dispatch.h"

namespace ondol {
namespace {

constexpr KvPageShape kShape{.type = KvType::kF16, .n_layers = 2, .n_kv_heads = 2, .head_dim = 8};

bool is_zero(const uint8_t* page) {
  return std::all_of(page, page + kShape.size_bytes(), [](uint8_t byte) { return byte == 0; });
}

TEST(KvPagePool, GivesZeroedPagesAlsoTheSecondTime) {
  auto pool = KvPagePool::create(kShape, 3);
  ASSERT_TRUE(pool);
  uint8_t* page = pool->take();
  EXPECT_TRUE(is_zero(page));
  std::fill_n(page, kShape.size_bytes(), uint8_t{0xFF});
  pool->let_go(page);
  EXPECT_EQ(pool->take(), page);
  EXPECT_TRUE(is_zero(page));
}

TEST(KvPagePool, RefusesMoreThanTheMachineHas) {
  const auto pool = KvPagePool::create(kShape, int64_t{1} << 50);
  ASSERT_FALSE(pool);
  EXPECT_EQ(pool.error().kind, ErrorKind::kOutOfMemory);
  EXPECT_FALSE(KvPagePool::create(kShape, INT64_MAX));
}

TEST(KvCache, TakesPagesAsItGrowsAndGivesThemBack) {
  auto pool = KvPagePool::create(kShape, 4);
  ASSERT_TRUE(pool);
  {
    KvCache cache(*pool);
    EXPECT_EQ(pool->n_free(), 4);
    cache.reserve(1);
    EXPECT_EQ(pool->n_free(), 3);
    cache.reserve(kPageLength);
    EXPECT_EQ(pool->n_free(), 3);
    cache.reserve(kPageLength + 1);
    EXPECT_EQ(pool->n_free(), 2);
    cache.advance(kPageLength + 1);
    EXPECT_EQ(cache.view().n_pages, 2);
    cache.truncate(kPageLength);
    EXPECT_EQ(pool->n_free(), 3);
    EXPECT_EQ(cache.length(), kPageLength);
    cache.truncate(0);
    EXPECT_EQ(pool->n_free(), 4);
    cache.reserve(5);
  }
  EXPECT_EQ(pool->n_free(), 4);
}

TEST(KvCache, ZeroesForgottenPositionsAndKeepsTheOthers) {
  for (const KvType type : {KvType::kF16, KvType::kQ8_0, KvType::kF32, KvType::kQ4_0}) {
    KvPageShape shape = kShape;
    shape.type = type;
    shape.head_dim = 32;
    const std::vector<float> ones(32, 1.0f);
    auto pool = KvPagePool::create(shape, 2);
    ASSERT_TRUE(pool);
    const auto fill = [&](KvCache& cache, int n_positions) {
      cache.reserve(n_positions);
      const KvCacheView view = cache.view();
      for (int layer = 0; layer < shape.n_layers; ++layer) {
        for (int head = 0; head < shape.n_kv_heads; ++head) {
          for (int slot = 0; slot < n_positions; ++slot) {
            kernels().store_kv(type, ones.data(), ones.data(), 32, slot, view.keys(0, layer, head),
                               view.values(0, layer, head));
          }
        }
      }
      cache.advance(n_positions);
    };
    KvCache truncated(*pool), expected(*pool);
    fill(truncated, 20);
    truncated.truncate(11);
    fill(expected, 11);
    const uint8_t* a = truncated.view().pages[0];
    const uint8_t* b = expected.view().pages[0];
    EXPECT_TRUE(std::equal(a, a + shape.size_bytes(), b));
  }
}

TEST(KvCache, ForgetsTheBlockWhoseRecentFormIsGone) {
  KvPageShape shape = kShape;
  shape.type = KvType::kQ4_0;
  auto pool = KvPagePool::create(shape, 12), recent = KvPagePool::create(kShape, kRecentPages);
  ASSERT_TRUE(pool && recent);
  KvCache cache(*pool, &*recent);
  const auto fill = [&](int64_t length) {
    cache.reserve(length);
    cache.advance(length - cache.length());
  };
  fill(128);
  EXPECT_EQ(cache.truncate(100), 100);
  fill(128);
  fill(256);
  fill(300);
  EXPECT_EQ(cache.truncate(270), 270);
  EXPECT_EQ(cache.truncate(256), 256);
  EXPECT_EQ(cache.truncate(255), 128);
  EXPECT_EQ(pool->n_free(), 8);
  fill(200);
  EXPECT_EQ(cache.truncate(130), 130);
  cache.keep_whole_blocks();
  EXPECT_EQ(cache.length(), 128);
  EXPECT_EQ(cache.recent_from(), 128);
}

TEST(KvCache, RecentPagesBeginWithZeros) {
  KvPageShape shape = kShape;
  shape.type = KvType::kQ4_0;
  auto pool = KvPagePool::create(shape, 8), recent = KvPagePool::create(kShape, kRecentPages);
  ASSERT_TRUE(pool && recent);
  KvCache cache(*pool, &*recent);
  cache.reserve(128);
  cache.advance(128);
  for (int page = 0; page < kRecentPages; ++page) std::fill_n(cache.view().recent[page], kShape.size_bytes(), 1);
  cache.reserve(129);
  EXPECT_TRUE(is_zero(cache.view().recent[0]));
  EXPECT_FALSE(is_zero(cache.view().recent[1]));
}

}  // namespace
}  // namespace ondol
