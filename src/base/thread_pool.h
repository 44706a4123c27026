// A pool of threads that works on one loop at a time.
//
// A forward pass is hundreds of short loops one after another, so starting a loop must cost well under a microsecond
// when the machine is ours; and a thread that lost its core must not stop the others.  Hence: waiting threads spin
// briefly, then sleep in the kernel; pieces of a loop are taken one by one; and the caller waits for those threads only
// that have begun with it, so one that is asleep or without a core costs nothing.  Each thread first takes those of its
// own share, which lie side by side (two threads that alternate in one stream of memory spoil each other's prefetching:
// 22 instead of 28 GB/s), then helps with the others'.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <vector>

namespace ondol {

class ThreadPool {
 public:
  // `n_threads` >= 1 counts the calling thread; n_threads - 1 are started.
  explicit ThreadPool(int n_threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int n_threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls body(piece, thread) for every piece in [0, n_pieces), 0 <= thread < n_threads(), and returns when all are
  // done; what the pieces wrote is visible to the caller.  `body` must not throw and not call for_each itself.
  // One caller at a time.
  template <class Body>
  void for_each(int64_t n_pieces, Body&& body) {
    if (n_pieces <= 1 || workers_.empty()) {
      for (int64_t piece = 0; piece < n_pieces; ++piece) body(piece, 0);
      return;
    }
    run({n_pieces,
         [](void* context, int64_t piece, int thread) {
           (*static_cast<std::remove_reference_t<Body>*>(context))(piece, thread);
         },
         const_cast<void*>(static_cast<const void*>(&body))});
  }

 private:
  struct Loop {
    int64_t n_pieces = 0;
    void (*call)(void* context, int64_t piece, int thread) = nullptr;
    void* context = nullptr;
  };
  void run(const Loop& loop);
  void work(int thread);
  void take_pieces(int thread);

  // One thread's share of a loop.
  struct alignas(64) Share {
    std::atomic<int64_t> next{0};
    int64_t end = 0;
  };

  // The state: how many workers are inside the loop, whether it is open to more, and its number, which wraps.
  static constexpr uint32_t kInside = 0x7ff, kOpen = 0x800, kLow = 0xfff, kLoop = 0x1000;

  std::vector<std::thread> workers_;
  std::vector<Share> shares_;  // [n_threads]
  // In one cache line, which a worker has to fetch from the caller's core to begin.
  alignas(64) std::atomic<uint32_t> state_{0};
  Loop loop_;                                         // written by the caller while no worker is inside
  alignas(64) std::atomic<uint32_t> n_left_late_{0};  // moves when the last worker leaves a closed loop
  std::atomic<bool> stop_{false};
};

// Cores this process may use (affinity and cgroup quota considered), at least 1.
int usable_cores();

}  // namespace ondol
