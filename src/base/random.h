// SplitMix64: random bits, the same on every machine for the same seed.
//
// Not from <random>, whose engines are fixed but whose distributions are not.  Source: Steele, Lea and Flood 2014
// (Fast splittable pseudorandom number generators), section 4; the multipliers are David Stafford's mix 13.
#pragma once

#include <cstdint>

namespace ondol {

class SplitMix64 {
 public:
  explicit SplitMix64(uint64_t seed) : state_(seed) {}

  // 64 random bits.
  uint64_t next() {
    state_ += 0x9E3779B97F4A7C15u;  // 2^64 / golden ratio
    uint64_t z = state_;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
  }

  // A double in [0, 1).
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  // A number in [0, n), n far below 2^64.
  int64_t below(int64_t n) { return static_cast<int64_t>(next() % static_cast<uint64_t>(n)); }

 private:
  uint64_t state_;
};

}  // namespace ondol
