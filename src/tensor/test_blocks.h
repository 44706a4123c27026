// Random blocks and weights for tests.
#pragma once

#include <cmath>
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

// Blocks of random bytes whose weights are all finite and below 100: for types that nothing is encoded to.
inline std::vector<uint8_t> random_blocks(const TypeInfo& type, uint64_t seed, int64_t n_blocks) {
  std::vector<uint8_t> blocks;
  std::vector<float> weights(static_cast<size_t>(type.block_weights));
  for (uint64_t i = seed << 32; std::ssize(blocks) < n_blocks * type.block_bytes; ++i) {
    const std::vector<uint8_t> block = random_bytes(i, type.block_bytes);
    type.decode(block.data(), weights.data(), type.block_weights);
    bool usable = true;
    for (const float weight : weights) usable = usable && std::fabs(weight) < 100;
    if (usable) blocks.insert(blocks.end(), block.begin(), block.end());
  }
  return blocks;
}

// Two floats with the same bits, or two NaNs.
inline bool same_number(float a, float b) { return (a != a && b != b) || std::memcmp(&a, &b, sizeof a) == 0; }

}  // namespace ondol
