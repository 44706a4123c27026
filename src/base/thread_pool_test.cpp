#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <numeric>
#include <thread>
#include <vector>

namespace ondol {
namespace {

TEST(ThreadPool, RunsEveryPieceOnceAndShowsTheResultToTheCaller) {
  for (const int n_threads : {1, 2, 3}) {
    ThreadPool pool(n_threads);
    EXPECT_EQ(pool.n_threads(), n_threads);
    for (const int64_t n_pieces : {0, 1, 2, 7, 1000}) {
      std::vector<int> times(static_cast<size_t>(n_pieces), 0);
      pool.for_each(n_pieces, [&](int64_t piece, int) { ++times[static_cast<size_t>(piece)]; });
      EXPECT_EQ(times, std::vector<int>(static_cast<size_t>(n_pieces), 1));
    }
  }
}

TEST(ThreadPool, NumbersItsThreadsBelowTheirCount) {
  ThreadPool pool(3);
  std::atomic<bool> inside{true};
  pool.for_each(500, [&](int64_t, int thread) {
    if (thread < 0 || thread >= 3) inside = false;
  });
  EXPECT_TRUE(inside);
}

TEST(ThreadPool, RunsManyShortLoopsOneAfterAnother) {
  ThreadPool pool(2);
  int64_t sum = 0;
  for (int loop = 0; loop < 20000; ++loop) {
    int64_t pieces[4] = {};
    pool.for_each(4, [&](int64_t piece, int) { pieces[piece] = piece + loop; });
    sum += std::accumulate(pieces, pieces + 4, int64_t{0});
  }
  EXPECT_EQ(sum, 4LL * 19999 * 20000 / 2 + 6LL * 20000);
}

TEST(ThreadPool, ThreadsThatFellAsleepJoinALongLoop) {
  ThreadPool pool(2);
  for (int loop = 0; loop < 3; ++loop) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::atomic<bool> joined{false};
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    pool.for_each(2, [&](int64_t, int thread) {
      if (thread == 1) joined = true;
      while (!joined && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
    });
    EXPECT_TRUE(joined);
  }
}

TEST(ThreadPool, WorksWithMoreThreadsThanCores) {
  ThreadPool pool(8 * usable_cores());
  for (int loop = 0; loop < 200; ++loop) {
    std::atomic<int64_t> sum{0};
    pool.for_each(100, [&](int64_t piece, int) { sum += piece; });
    ASSERT_EQ(sum, 4950);
  }
}

TEST(ThreadPool, SeveralPoolsShareTheMachine) {
  std::vector<std::thread> callers;
  std::atomic<int64_t> sum{0};
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      ThreadPool pool(3);
      for (int loop = 0; loop < 100; ++loop) pool.for_each(10, [&](int64_t piece, int) { sum += piece; });
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(sum, 4 * 100 * 45);
}

TEST(ThreadPool, SeesAtLeastOneCore) { EXPECT_GE(usable_cores(), 1); }

}  // namespace
}  // namespace ondol
