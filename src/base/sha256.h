// SHA-256: names of contents that nobody can make collide.  Source: FIPS 180-4, sections 4.1.2, 5 and 6.2.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace ondol {

using Digest = std::array<uint8_t, 32>;

class Sha256 {
 public:
  Sha256& add(std::span<const uint8_t> bytes);
  Sha256& add(std::string_view text) {
    return add(std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
  }
  // The bytes of a number, or of another type that has a value for every bit pattern and no padding.
  template <class T>
  Sha256& add_value(const T& value) {
    static_assert(std::has_unique_object_representations_v<T>);
    return add(std::span(reinterpret_cast<const uint8_t*>(&value), sizeof(T)));
  }
  // Of all that was added.  The object is used up.
  Digest finish();

 private:
  void add_block(const uint8_t* block);

  std::array<uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<uint8_t, 64> block_{};  // its first n_bytes_ % 64 bytes wait for the rest
  uint64_t n_bytes_ = 0;
};

// 64 lower-case digits.
std::string to_hex(const Digest& digest);

}  // namespace ondol
