#include "base/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>

namespace ondol {
namespace {

inline void pause_cpu() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Waits until `value` differs from `old`: spins for kSpin, longer than what one thread does alone between two loops of
// a forward pass (a wake-up costs more than that work), then sleeps until notified.
constexpr std::chrono::microseconds kSpin{100};

uint32_t wait_for_change(const std::atomic<uint32_t>& value, uint32_t old) {
  using Clock = std::chrono::steady_clock;
  for (const auto end = Clock::now() + kSpin; Clock::now() < end;) {
    for (int i = 0; i < 32; ++i) {
      const uint32_t now = value.load(std::memory_order_acquire);
      if (now != old) return now;
      pause_cpu();
    }
  }
  for (;;) {
    const uint32_t now = value.load(std::memory_order_acquire);
    if (now != old) return now;
    value.wait(old, std::memory_order_acquire);
  }
}

}  // namespace

ThreadPool::ThreadPool(int n_threads) : shares_(static_cast<size_t>(std::max(1, n_threads))) {
  workers_.reserve(static_cast<size_t>(std::max(0, n_threads - 1)));
  for (int thread = 1; thread < n_threads; ++thread) workers_.emplace_back([this, thread] { work(thread); });
}

ThreadPool::~ThreadPool() {
  stop_.store(true, std::memory_order_relaxed);
  generation_.fetch_add(1, std::memory_order_release);
  generation_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run(const Loop& loop) {
  loop_ = loop;
  const auto n_shares = static_cast<int64_t>(shares_.size());
  for (int64_t i = 0; i < n_shares; ++i) {
    shares_[static_cast<size_t>(i)].next.store(loop.n_pieces * i / n_shares, std::memory_order_relaxed);
    shares_[static_cast<size_t>(i)].end = loop.n_pieces * (i + 1) / n_shares;
  }
  n_busy_.store(static_cast<uint32_t>(workers_.size()), std::memory_order_relaxed);
  generation_.fetch_add(1, std::memory_order_release);
  generation_.notify_all();
  take_pieces(0);
  for (uint32_t busy = n_busy_.load(std::memory_order_acquire); busy != 0;) busy = wait_for_change(n_busy_, busy);
}

void ThreadPool::work(int thread) {
  for (uint32_t seen = 0;;) {
    seen = wait_for_change(generation_, seen);
    if (stop_.load(std::memory_order_relaxed)) return;
    take_pieces(thread);
    if (n_busy_.fetch_sub(1, std::memory_order_release) == 1) n_busy_.notify_one();
  }
}

void ThreadPool::take_pieces(int thread) {
  const Loop loop = loop_;
  const size_t n_shares = shares_.size();
  for (size_t i = 0; i < n_shares; ++i) {
    Share& share = shares_[(static_cast<size_t>(thread) + i) % n_shares];
    for (;;) {
      const int64_t piece = share.next.fetch_add(1, std::memory_order_relaxed);
      if (piece >= share.end) break;
      loop.call(loop.context, piece, thread);
    }
  }
}

int usable_cores() {
  int n_cores = 1;
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) == 0) n_cores = CPU_COUNT(&set);
  else n_cores = static_cast<int>(std::thread::hardware_concurrency());
  // cgroup v2 quota, for example "150000 100000": one and a half cores.
  if (std::ifstream quota("/sys/fs/cgroup/cpu.max"); quota) {
    std::string limit;
    double period = 0;
    if (quota >> limit >> period && limit != "max" && period > 0) {
      n_cores = std::min(n_cores, static_cast<int>(std::stod(limit) / period + 0.999));
    }
  }
  return std::max(1, n_cores);
}

}  // namespace ondol
