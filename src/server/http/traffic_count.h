// How much the server's connections have carried, by where their other end is; read by /metrics and the seal's receipt.
#pragma once

#include <atomic>
#include <cstdint>

namespace ondol {

// Of connections whose other end is on this machine, or of all others.
struct PeerTraffic {
  std::atomic<int64_t> n_connections{0};  // since the start
  std::atomic<int64_t> in_bytes{0}, out_bytes{0};
};

// Any thread.
struct TrafficCount {
  std::atomic<int64_t> n_open{0};  // connections, now
  PeerTraffic loopback, other;
  std::atomic<int64_t> n_answers[6] = {};  // by the first digit of their status
};

}  // namespace ondol
