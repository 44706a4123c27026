#include "tokenizer/charsmap.h"

#include <cstring>

namespace ondol {
namespace {

constexpr size_t kMaxTextBytes = 64;  // twice the longest of NFKC
constexpr uint32_t kIsValue = uint32_t{1} << 31;

uint32_t label_of(uint32_t unit) { return unit & (kIsValue | 0xFF); }
bool has_value(uint32_t unit) { return (unit >> 8 & 1) != 0; }
uint32_t offset_of(uint32_t unit) { return (unit >> 10) << ((unit & (1u << 9)) >> 6); }

}  // namespace

std::optional<Charsmap> Charsmap::read(std::string_view bytes) {
  Charsmap map;
  if (bytes.empty()) return map;
  uint32_t n_bytes = 0;
  if (bytes.size() < sizeof(n_bytes)) return std::nullopt;
  std::memcpy(&n_bytes, bytes.data(), sizeof(n_bytes));
  bytes.remove_prefix(sizeof(n_bytes));
  if (n_bytes > bytes.size() || n_bytes % sizeof(uint32_t) != 0 || n_bytes == 0) return std::nullopt;
  map.units_.resize(n_bytes / sizeof(uint32_t));
  std::memcpy(map.units_.data(), bytes.data(), n_bytes);
  map.texts_ = bytes.substr(n_bytes);
  if (!map.texts_.ends_with('\0')) return std::nullopt;
  for (size_t begin = 0; begin < map.texts_.size();) {
    const size_t end = map.texts_.find('\0', begin);
    if (end - begin > kMaxTextBytes) return std::nullopt;
    begin = end + 1;
  }
  return map;
}

std::optional<Charsmap::Replacement> Charsmap::find(std::string_view text, bool first) const {
  std::optional<Replacement> found;
  if (units_.empty()) return found;
  size_t at = offset_of(units_[0]);
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<uint8_t>(text[i]);
    at ^= byte;
    if (byte == 0 || at >= units_.size() || label_of(units_[at]) != byte) return found;
    const uint32_t unit = units_[at];
    at ^= offset_of(unit);
    if (!has_value(unit)) continue;
    if (at >= units_.size()) return found;
    const size_t begin = units_[at] & ~kIsValue;
    if (begin >= texts_.size()) return found;
    found = Replacement{static_cast<int64_t>(i) + 1, std::string_view(texts_.c_str() + begin)};
    if (first) return found;
  }
  return found;
}

}  // namespace ondol
