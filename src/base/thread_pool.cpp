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

// How long a thread spins before it sleeps: longer than what one thread does alone between two loops of a forward pass
// (a wake-up costs more than that work).
constexpr std::chrono::microseconds kSpin{100};

// Waits until arrived(value) holds, and returns that value.
template <class Arrived>
uint32_t wait_until(const std::atomic<uint32_t>& value, Arrived&& arrived) {
  using Clock = std::chrono::steady_clock;
  for (const auto end = Clock::now() + kSpin; Clock::now() < end;) {
    for (int i = 0; i < 32; ++i) {
      const uint32_t now = value.load(std::memory_order_acquire);
      if (arrived(now)) return now;
      pause_cpu();
    }
  }
  for (;;) {
    const uint32_t now = value.load(std::memory_order_acquire);
    if (arrived(now)) return now;
    value.wait(now, std::memory_order_acquire);
  }
}

// Offers a thread's core to others where it holds up nobody.  A system that shares a core takes it away in the middle
// of a piece after some 3 ms, and everyone waits until it comes back; a thread that gave way before is not missed.
class Courtesy {
 public:
  void give_way() {
    const auto now = Clock::now();
    if (now - last_ < kTurn) return;
    sched_yield();
    last_ = Clock::now();
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::microseconds kTurn{1500};
  Clock::time_point last_ = Clock::now();
};

}  // namespace

ThreadPool::ThreadPool(int n_threads) : shares_(static_cast<size_t>(std::max(1, n_threads))) {
  workers_.reserve(static_cast<size_t>(std::max(0, n_threads - 1)));
  for (int thread = 1; thread < n_threads; ++thread) workers_.emplace_back([this, thread] { work(thread); });
}

ThreadPool::~ThreadPool() {
  stop_.store(true, std::memory_order_relaxed);
  state_.fetch_add(kLoop + kOpen, std::memory_order_release);
  state_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run(const Loop& loop) {
  loop_ = loop;
  const auto n_shares = static_cast<int64_t>(shares_.size());
  for (int64_t i = 0; i < n_shares; ++i) {
    shares_[static_cast<size_t>(i)].next.store(loop.n_pieces * i / n_shares, std::memory_order_relaxed);
    shares_[static_cast<size_t>(i)].end = loop.n_pieces * (i + 1) / n_shares;
  }
  state_.fetch_add(kLoop + kOpen, std::memory_order_release);
  state_.notify_all();
  take_pieces(0);
  // Nothing is left to take: who is not inside by now stays out.
  if ((state_.fetch_sub(kOpen, std::memory_order_acquire) & kInside) == 0) return;
  wait_until(n_left_late_, [this](uint32_t) { return (state_.load(std::memory_order_acquire) & kInside) == 0; });
}

void ThreadPool::work(int thread) {
  Courtesy courtesy;
  for (uint32_t seen = 0;;) {
    courtesy.give_way();
    const uint32_t now = wait_until(state_, [seen](uint32_t s) { return (s & kOpen) != 0 && (s & ~kLow) != seen; });
    if (stop_.load(std::memory_order_relaxed)) return;
    seen = now & ~kLow;
    const uint32_t entered = state_.fetch_add(1, std::memory_order_acquire);
    if ((entered & kOpen) != 0) take_pieces(thread);
    const uint32_t left = state_.fetch_sub(1, std::memory_order_release);
    if ((left & kOpen) == 0 && (left & kInside) == 1) {
      n_left_late_.fetch_add(1, std::memory_order_release);
      n_left_late_.notify_one();
    }
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
