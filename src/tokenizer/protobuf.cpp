#include "tokenizer/protobuf.h"

#include <bit>

namespace ondol {

float ProtobufField::as_float() const { return std::bit_cast<float>(static_cast<uint32_t>(value)); }

ProtobufReader::ProtobufReader(std::string_view message)
    : bytes_({reinterpret_cast<const uint8_t*>(message.data()), message.size()}) {}

std::optional<uint64_t> ProtobufReader::take_varint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const auto byte = bytes_.take_u8();
    if (!byte) return std::nullopt;
    value |= uint64_t{*byte & 0x7Fu} << shift;
    if (*byte < 0x80) return value;
  }
  return std::nullopt;
}

std::optional<ProtobufField> ProtobufReader::next() {
  if (malformed_ || bytes_.size_bytes() == 0) return std::nullopt;
  const auto read = [&]() -> std::optional<ProtobufField> {
    const auto key = take_varint();
    if (!key || *key >> 3 == 0 || *key >> 3 > 0x1FFFFFFF) return std::nullopt;
    ProtobufField field{static_cast<uint32_t>(*key >> 3), 0, {}};
    std::optional<uint64_t> value;
    switch (*key & 7) {
      case 0:
      case 2:
        value = take_varint();
        break;
      case 1:
        value = bytes_.take_u64();
        break;
      case 5:
        value = bytes_.take_u32();
        break;
      default:
        break;
    }
    if (!value) return std::nullopt;
    field.value = *value;
    if ((*key & 7) == 2) {
      const auto text = bytes_.take_text(*value);
      if (!text) return std::nullopt;
      field.bytes = *text;
    }
    return field;
  };
  const auto field = read();
  malformed_ = !field;
  return field;
}

}  // namespace ondol
