#include "tokenizer/byte_level.h"

#include <array>

#include "base/utf8.h"

namespace ondol {
namespace {

constexpr bool is_printable(int byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

constexpr uint32_t kFirstReplacement = 0x100;
constexpr int kNoByte = -1;

struct Tables {
  std::array<uint16_t, 256> written{};
  std::array<int16_t, 512> byte{};
};

constexpr Tables make_tables() {
  Tables tables;
  for (auto& byte : tables.byte) byte = kNoByte;
  uint32_t next = kFirstReplacement;
  for (int byte = 0; byte < 256; ++byte) {
    const uint32_t written = is_printable(byte) ? static_cast<uint32_t>(byte) : next++;
    tables.written[static_cast<size_t>(byte)] = static_cast<uint16_t>(written);
    tables.byte[written] = static_cast<int16_t>(byte);
  }
  return tables;
}

constexpr Tables kTables = make_tables();

}  // namespace

uint32_t byte_to_written(uint8_t byte) { return kTables.written[byte]; }

std::string bytes_to_entry(std::string_view bytes) {
  std::string entry;
  for (const char byte : bytes) append_code_point(entry, byte_to_written(static_cast<uint8_t>(byte)));
  return entry;
}

std::optional<std::string> entry_to_bytes(std::string_view entry) {
  std::string bytes;
  bytes.reserve(entry.size());
  while (!entry.empty()) {
    const auto first = static_cast<uint8_t>(entry[0]);
    const CodePoint c = first < 0x80 ? CodePoint{first, 1, true} : decode_code_point(entry);
    if (!c.valid || c.value >= kTables.byte.size() || kTables.byte[c.value] == kNoByte) return std::nullopt;
    bytes.push_back(static_cast<char>(kTables.byte[c.value]));
    entry.remove_prefix(static_cast<size_t>(c.length_bytes));
  }
  return bytes;
}

}  // namespace ondol
