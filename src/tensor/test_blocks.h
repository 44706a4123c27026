// Random blocks and weights for the tests of this folder.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "tensor/dtype.h"

namespace ondol {

// SplitMix64 (Steele et al. 2014): value i depends on seed and i only.  tools/reference/quant_goldens.py has the same.
inline uint64_t random_u64(uint64_t seed, uint64_t i) {
  uint64_t z = seed * 0x632BE59BD9B4E019u + (i + 1) * 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}

inline std::vector<uint8_t> random_bytes(uint64_t seed, int64_t n) {
  std::vector<uint8_t> bytes(static_cast<size_t>(n));
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(random_u64(seed, i));
  return bytes;
}

// Two floats with the same bits, or two NaNs.
inline bool same_number(float a, float b) { return (a != a && b != b) || std::memcmp(&a, &b, sizeof a) == 0; }

}  // namespace ondol
