#include "measure/limits.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "base/checked_math.h"
#include "base/clock.h"
#include "kernel/dispatch.h"
#include "measure/measure_messages.h"

namespace ondol {
namespace {

constexpr int64_t kProbeBytes = int64_t{1} << 30;
constexpr int64_t kLeastProbeBytes = int64_t{64} << 20;
constexpr int kRuns = 5;
constexpr double kRunSeconds = 0.02;

// Operations per nanosecond, that is 1e9 a second, of `probe` on all threads at once; best of kRuns.
double best_rate(ThreadPool& pool, int64_t (*probe)(int64_t n_rounds)) {
  if (!probe) return 0;
  // Enough rounds for one run to take kRunSeconds.
  int64_t n_rounds = 1000;
  for (double seconds = 0; seconds < kRunSeconds; n_rounds *= 2) {
    const double start = now_s();
    probe(n_rounds);
    seconds = now_s() - start;
  }
  double best = 0;
  for (int run = 0; run < kRuns; ++run) {
    std::atomic<int64_t> n_operations{0};
    const double start = now_s();
    pool.for_each(pool.n_threads(), [&](int64_t, int) { n_operations += probe(n_rounds); });
    best = std::max(best, static_cast<double>(n_operations.load()) / (now_s() - start) / 1e9);
  }
  return best;
}

double relative_difference(double a, double b) { return a + b == 0 ? 0 : std::abs(a - b) / std::max(a, b); }

}  // namespace

Result<LimitsProbe> LimitsProbe::create(ThreadPool& pool) {
  LimitsProbe probe;
  probe.pool_ = &pool;
  const int64_t size = std::clamp(available_memory_bytes() / 4, kLeastProbeBytes, kProbeBytes);
  TRY(probe.memory_, Buffer::allocate(msg::kProbeBuffer.text(), round_up(size, 1 << 20)));
  // Untouched pages would all be the same page of zeros.
  std::fill_n(probe.memory_.data(), probe.memory_.size_bytes(), uint8_t{1});
  return probe;
}

double LimitsProbe::measure_read_gb_s() {
  // Pieces of 4 MiB, taken in turn, as the products take their rows.
  constexpr int64_t kPieceBytes = 4 << 20;
  const int64_t n_pieces = memory_.size_bytes() / kPieceBytes;
  double best = 0;
  for (int run = 0; run < kRuns; ++run) {
    std::atomic<uint64_t> checksum{0};
    const double start = now_s();
    pool_->for_each(n_pieces, [&](int64_t piece, int) {
      checksum += kernels().probe_read(memory_.data() + piece * kPieceBytes, kPieceBytes);
    });
    best = std::max(best, static_cast<double>(n_pieces * kPieceBytes) / (now_s() - start) / 1e9);
  }
  return best;
}

MachineLimits LimitsProbe::measure() {
  return {.read_gb_s = measure_read_gb_s(),
          .int8_gop_s = best_rate(*pool_, kernels().probe_int8),
          .matrix_gop_s = best_rate(*pool_, kernels().probe_matrix_int8),
          .bf16_gflop_s = best_rate(*pool_, kernels().probe_bf16),
          .f32_gflop_s = best_rate(*pool_, kernels().probe_f32)};
}

double difference(const MachineLimits& a, const MachineLimits& b) {
  return std::max({relative_difference(a.read_gb_s, b.read_gb_s), relative_difference(a.int8_gop_s, b.int8_gop_s),
                   relative_difference(a.f32_gflop_s, b.f32_gflop_s)});
}

MachineLimits mean(const MachineLimits& a, const MachineLimits& b) {
  return {(a.read_gb_s + b.read_gb_s) / 2, (a.int8_gop_s + b.int8_gop_s) / 2, (a.matrix_gop_s + b.matrix_gop_s) / 2,
          (a.bf16_gflop_s + b.bf16_gflop_s) / 2, (a.f32_gflop_s + b.f32_gflop_s) / 2};
}

}  // namespace ondol
