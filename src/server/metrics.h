// Metrics: what the server has done since it started, for /metrics and /slots.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "server/http/traffic_count.h"

namespace ondol {

// Any thread.
struct Metrics {
  std::atomic<int64_t> n_requests{0};   // that wanted an answer of a model
  std::atomic<int64_t> n_pending{0};    // of them not answered yet
  std::atomic<int64_t> n_streams{0};    // that are computed or wait for it
  std::atomic<int64_t> n_cancelled{0};  // streams whose client left
  std::atomic<int64_t> n_busy{0};       // requests sent away because too many waited
  std::atomic<int64_t> n_prompt_tokens{0}, n_cached_tokens{0}, n_generated_tokens{0};
  std::atomic<double> prefill_s{0}, decode_s{0};
};

// Source: Prometheus text exposition format, version 0.0.4.
std::string prometheus_text(const Metrics& metrics, const TrafficCount& traffic, int64_t memory_bytes, double uptime_s);

}  // namespace ondol
