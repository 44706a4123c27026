// What this machine could do at most: the yardstick beside every speed we print.
#pragma once

#include "base/memory.h"
#include "base/thread_pool.h"
#include "kernel/kernels.h"

namespace ondol {

// All threads of the pool together.
struct MachineLimits {
  double read_gb_s = 0;     // memory read in order, 1e9 bytes a second
  double int8_gop_s = 0;    // 8-bit multiply and add, two operations, by the vector units
  double matrix_gop_s = 0;  // the same by the matrix unit; 0 where the kernels use none
  double bf16_gflop_s = 0;  // 0 where the kernels have no bf16 products
  double f32_gflop_s = 0;
};

// Probes the limits with the process's kernel table.
class LimitsProbe {
 public:
  // Takes a buffer larger than the usual caches: 1 GiB, or a quarter of what is available if that is less.
  // Fails with kOutOfMemory when not even 64 MiB can be had.
  static Result<LimitsProbe> create(ThreadPool& pool);

  // Takes about half a second.  The best of several short runs: other processes can only slow a run down.
  MachineLimits measure();
  double measure_read_gb_s();

 private:
  ThreadPool* pool_ = nullptr;
  Buffer memory_;
};

// The largest relative difference of the limits that matter between two probes, 0.1 for ten percent.
double difference(const MachineLimits& a, const MachineLimits& b);
MachineLimits mean(const MachineLimits& a, const MachineLimits& b);

}  // namespace ondol
