// Base64 with padding (RFC 4648), as tokenizer files write bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ondol {

// The bytes of `text`, or nothing when it is malformed.
std::optional<std::string> decode_base64(std::string_view text);

std::string encode_base64(std::string_view bytes);

}  // namespace ondol
