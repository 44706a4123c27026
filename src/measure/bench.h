// Speed of a model on this machine, beside what the machine could do at most.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "measure/energy.h"
#include "measure/limits.h"
#include "model/model.h"

namespace ondol {

struct BenchOptions {
  std::vector<int64_t> prefill_tokens = {128, 512, 2048};
  std::vector<int64_t> decode_depths = {0, 1024, 4096};
  int64_t decode_tokens = 32;              // generated at each depth
  std::vector<int64_t> batches = {8, 32};  // sequences that decode that many tokens side by side
  int n_rounds = 3;                        // medians are over them
  KvType kv_type = KvType::kF16;
  bool with_kl = true;  // takes a pass with decoded weights, some seconds for a model of 1e9
};

// Which limit prefill is held against: the vector units' multipliers that the model's matrices use.
enum class PrefillPeak { kInt8, kF32 };

struct BenchReport {
  MachineLimits limits;  // medians of the probes before and after each round
  PrefillPeak prefill_peak = PrefillPeak::kInt8;
  EnergySource energy_source = EnergySource::kNone;
  struct Prefill {
    int64_t n_tokens;
    double tokens_per_s;   // median
    double share_of_peak;  // median; 2 * matrix weights * tokens (the head for one row) / time / peak
    TokenCost cost;        // medians
  };
  struct Decode {
    int64_t depth;
    double tokens_per_s;        // median
    double share_of_bandwidth;  // median; bytes of weights and of the cache read / time / bandwidth
    TokenCost cost;             // medians
  };
  std::vector<Prefill> prefill;
  struct Batch {
    int64_t n_sequences;
    double tokens_per_s;   // median; of all sequences together
    double times_one;      // median; against one sequence in the same round
    double share_of_peak;  // median; 2 * (matrix weights and head) * tokens / time / peak
  };
  std::vector<Decode> decode;
  std::vector<Batch> batches;
  std::optional<double> kl;  // mean KL of the fast path to the exact one, nats (kernel/exact.h)
  int n_rounds = 0;
  int n_repeated = 0;          // rounds thrown away because the limits moved by more than 10 % meanwhile
  int n_unsteady = 0;          // rounds kept although they moved, after three repetitions
  int64_t peak_rss_bytes = 0;  // after loading and one pass, before any probe
};

// Lengths and depths beyond the model's context are left out; fails with kBadInput when nothing is left to measure,
// kOutOfMemory, or kInterrupted.  `on_progress` receives steps done and in all.
Result<BenchReport> run_bench(const std::string& name, const Model& model, ThreadPool& pool,
                              const BenchOptions& options, const std::function<void(int64_t, int64_t)>& on_progress);

// The most memory this process ever held at once.
int64_t peak_rss_bytes();

}  // namespace ondol
