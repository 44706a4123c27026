// Byte-level entries: how GPT-2 vocabularies write bytes as printable characters.
//
// A byte that is printable in Latin-1 (21-7E, A1-AC, AE-FF) is written as itself, the other 68 as U+0100 and up, in
// order; so "Ġ" (U+0120) is a space.  Source: bytes_to_unicode of GPT-2's encoder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ondol {

// The character a byte is written as.
uint32_t byte_to_written(uint8_t byte);

// `bytes` as an entry.
std::string bytes_to_entry(std::string_view bytes);

// The bytes of an entry, or nothing when a character of it writes no byte.
std::optional<std::string> entry_to_bytes(std::string_view entry);

}  // namespace ondol
