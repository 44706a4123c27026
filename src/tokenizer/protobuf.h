// Protobuf: the fields of one message of foreign bytes, one after the other.
//
// A field is | key: varint, number << 3 | wire type | value |; wire types are 0 varint, 1 eight bytes, 2 a length and
// that many bytes, 5 four bytes.  Source: Protocol Buffers, "Encoding".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"

namespace ondol {

struct ProtobufField {
  uint32_t number;
  uint64_t value;          // of a varint, or the bits of four or eight bytes
  std::string_view bytes;  // of a length-delimited field; views the message

  float as_float() const;
};

class ProtobufReader {
 public:
  explicit ProtobufReader(std::string_view message);

  // The next field, or nothing at the end or where the message is malformed.
  std::optional<ProtobufField> next();
  bool is_malformed() const { return malformed_; }

 private:
  std::optional<uint64_t> take_varint();

  Bytes bytes_;
  bool malformed_ = false;
};

}  // namespace ondol
