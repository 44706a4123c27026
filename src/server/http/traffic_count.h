// How much the server's connections have carried, by where their other end is; read by /metrics and the seal's receipt.
#pragma once

#include <atomic>
#include <cstdint>

namespace ondol {

// Any thread.
struct TrafficCount {
  std::atomic<int64_t> n_connections{0};  // since the start
  std::atomic<int64_t> n_open{0};         // now
  std::atomic<int64_t> loopback_in_bytes{0}, loopback_out_bytes{0};
  std::atomic<int64_t> other_in_bytes{0}, other_out_bytes{0};
  std::atomic<int64_t> n_answers[6] = {};  // by the first digit of their status
};

}  // namespace ondol
