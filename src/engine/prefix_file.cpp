#include "engine/prefix_file.h"

#include <algorithm>
#include <cstring>

namespace ondol {
namespace {

// Four lanes of multiply and rotate, 32 bytes at a time: many times the speed of SHA-256, and enough against damage.
uint64_t checksum_of(std::span<const uint8_t> bytes, uint64_t seed) {
  constexpr uint64_t kOdd = 0x9E3779B97F4A7C15u;  // 2^64 / golden ratio
  uint64_t lane[4] = {seed, seed + kOdd, seed + 2 * kOdd, seed + 3 * kOdd};
  for (size_t at = 0; at < bytes.size(); at += sizeof(lane)) {
    uint64_t words[4] = {};
    std::memcpy(words, bytes.data() + at, std::min(sizeof(words), bytes.size() - at));
    for (int i = 0; i < 4; ++i) {
      lane[i] = (lane[i] ^ words[i]) * kOdd;
      lane[i] ^= lane[i] >> 29;
    }
  }
  uint64_t sum = bytes.size();
  for (const uint64_t value : lane) sum = (sum ^ value) * kOdd, sum ^= sum >> 32;
  return sum;
}

// Whether all numbers of one width in `bytes` are finite: no exponent has all its bits set.
template <class Bits>
bool all_finite(std::span<const uint8_t> bytes, Bits exponent) {
  bool finite = true;
  for (size_t at = 0; at < bytes.size(); at += sizeof(Bits)) {
    Bits bits;
    std::memcpy(&bits, bytes.data() + at, sizeof(Bits));
    finite &= (bits & exponent) != exponent;
  }
  return finite;
}

bool page_is_finite(const KvPageShape& shape, std::span<const uint8_t> page) {
  constexpr uint16_t kHalfExponent = 0x7C00;
  if (shape.type == KvType::kF32) return all_finite<uint32_t>(page, 0x7F800000);
  if (shape.type == KvType::kF16) return all_finite<uint16_t>(page, kHalfExponent);
  // q8_0, q4_0: the scales behind the elements of each part
  const auto part_bytes = static_cast<size_t>(kv_page_bytes(shape.type, shape.head_dim));
  const auto n_bytes = static_cast<size_t>(kv_element_bytes(shape.type, shape.head_dim));
  for (size_t at = 0; at < page.size(); at += part_bytes) {
    if (!all_finite<uint16_t>(page.subspan(at + n_bytes, part_bytes - n_bytes), kHalfExponent)) return false;
  }
  return true;
}

std::span<const uint8_t> bytes_of(const PrefixFileHeader& header) {
  return {reinterpret_cast<const uint8_t*>(&header), sizeof(header)};
}

}  // namespace

Digest page_name(const Digest& before, std::span<const TokenId> tokens) {
  Sha256 hash;
  hash.add(before);
  for (const TokenId token : tokens) hash.add_value(token);
  return hash.finish();
}

PrefixFileHeader prefix_file_header(const KvPageShape& shape, const Digest& before, std::span<const TokenId> tokens) {
  PrefixFileHeader header;
  header.name = page_name(before, tokens);
  header.before = before;
  header.kv_type = static_cast<uint32_t>(shape.type);
  header.n_layers = static_cast<uint32_t>(shape.n_layers);
  header.n_kv_heads = static_cast<uint32_t>(shape.n_kv_heads);
  header.head_dim = static_cast<uint32_t>(shape.head_dim);
  header.n_tokens = static_cast<uint32_t>(tokens.size());
  for (size_t i = 0; i < tokens.size(); ++i) header.tokens[i] = static_cast<uint32_t>(tokens[i]);
  return header;
}

uint64_t prefix_file_checksum(const PrefixFileHeader& header, std::span<const uint8_t> page) {
  PrefixFileHeader unsigned_header = header;
  unsigned_header.checksum = 0;
  return checksum_of(page, checksum_of(bytes_of(unsigned_header), 0));
}

bool read_prefix_file(std::span<const uint8_t> file, const PrefixFileHeader& expected, const KvPageShape& shape,
                      uint8_t* page) {
  const auto size_bytes = static_cast<size_t>(shape.size_bytes());
  if (file.size() != sizeof(PrefixFileHeader) + size_bytes) return false;
  PrefixFileHeader header;
  std::memcpy(&header, file.data(), sizeof(header));
  PrefixFileHeader wanted = expected;
  wanted.checksum = header.checksum;
  if (std::memcmp(&header, &wanted, sizeof(header)) != 0) return false;
  // Copied first: a file may change while it is looked at.
  std::memcpy(page, file.data() + sizeof(header), size_bytes);
  const std::span<const uint8_t> copied(page, size_bytes);
  if (prefix_file_checksum(header, copied) != header.checksum || !page_is_finite(shape, copied)) return false;
  if (header.n_tokens < kPageLength) clear_slots(shape, page, static_cast<int>(header.n_tokens), kPageLength);
  return true;
}

}  // namespace ondol
