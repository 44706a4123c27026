// Bytes: a cursor over foreign memory that never reads past its end.
//
// Every take_* returns nothing, and moves nothing, when too little is left.  Little-endian, as all our formats are.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace ondol {

class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(std::span<const uint8_t> data) : data_(data) {}

  int64_t size_bytes() const { return static_cast<int64_t>(data_.size()) - position_; }  // bytes left
  int64_t position() const { return position_; }                                         // bytes taken

  std::optional<uint8_t> take_u8() { return take<uint8_t>(); }
  std::optional<uint16_t> take_u16() { return take<uint16_t>(); }
  std::optional<uint32_t> take_u32() { return take<uint32_t>(); }
  std::optional<uint64_t> take_u64() { return take<uint64_t>(); }
  std::optional<int32_t> take_i32() { return take<int32_t>(); }
  std::optional<float> take_f32() { return take<float>(); }

  // A trivially copyable T, which may lie unaligned.
  template <class T>
  std::optional<T> take() {
    if (size_bytes() < static_cast<int64_t>(sizeof(T))) return std::nullopt;
    T value;
    std::memcpy(&value, data_.data() + position_, sizeof(T));
    position_ += static_cast<int64_t>(sizeof(T));
    return value;
  }

  // The next n bytes; views the underlying memory.
  std::optional<std::span<const uint8_t>> take_span(uint64_t n) {
    if (n > static_cast<uint64_t>(size_bytes())) return std::nullopt;
    const auto piece = data_.subspan(static_cast<size_t>(position_), static_cast<size_t>(n));
    position_ += static_cast<int64_t>(n);
    return piece;
  }
  std::optional<std::string_view> take_text(uint64_t n) {
    const auto piece = take_span(n);
    if (!piece) return std::nullopt;
    return std::string_view(reinterpret_cast<const char*>(piece->data()), piece->size());
  }

 private:
  std::span<const uint8_t> data_;
  int64_t position_ = 0;
};

}  // namespace ondol
