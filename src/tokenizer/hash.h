// Hashes for tables whose keys come from files: seeded per process, so that no file can be made to collide.
// Nothing that a user sees depends on their values.
#pragma once

#include <cstdint>
#include <string_view>

namespace ondol {

uint64_t hash_seed();

// Multiplies two words and folds the 128-bit product: the mixing step of wyhash (Wang Yi 2019, public domain).
inline uint64_t hash_mix(uint64_t a, uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

inline constexpr uint64_t kHashFactor = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio, made odd

inline uint64_t hash_number(uint64_t number, uint64_t seed) { return hash_mix(number ^ seed, kHashFactor); }

uint64_t hash_text(std::string_view text);

}  // namespace ondol
