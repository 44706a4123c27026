#include "tokenizer/hash.h"

#include <cstring>
#include <random>

namespace ondol {

uint64_t hash_seed() {
  static const uint64_t seed = [] {
    std::random_device device;
    return uint64_t{device()} << 32 | device();
  }();
  return seed;
}

uint64_t hash_text(std::string_view text) {
  uint64_t hash = hash_seed() ^ (text.size() * kHashFactor);
  const char* data = text.data();
  size_t n_left = text.size();
  for (; n_left >= 8; n_left -= 8, data += 8) {
    uint64_t word;
    std::memcpy(&word, data, 8);
    hash = hash_mix(hash ^ word, kHashFactor);
  }
  // the tail in two fixed-size loads, which may overlap, instead of a copy of varying length
  uint64_t tail = 0;
  if (n_left >= 4) {
    uint32_t low, high;
    std::memcpy(&low, data, 4);
    std::memcpy(&high, data + n_left - 4, 4);
    tail = uint64_t{high} << 32 | low;
  } else if (n_left > 0) {
    const auto byte = [&](size_t i) { return uint64_t{static_cast<uint8_t>(data[i])}; };
    tail = byte(0) << 16 | byte(n_left / 2) << 8 | byte(n_left - 1);
  }
  return hash_mix(hash ^ tail, kHashFactor);
}

}  // namespace ondol
