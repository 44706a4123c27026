#include "base/utf8.h"

namespace ondol {
namespace {

// The length a lead byte announces and the range its second byte must lie in (Unicode 15, table 3-7); 0 for no lead.
struct Lead {
  int length_bytes;
  uint8_t second_low;
  uint8_t second_high;
};

Lead lead_of(uint8_t byte) {
  if (byte < 0x80) return {1, 0, 0};
  if (byte < 0xC2) return {0, 0, 0};
  if (byte < 0xE0) return {2, 0x80, 0xBF};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte < 0xF0) return {3, 0x80, 0xBF};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte < 0xF4) return {4, 0x80, 0xBF};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

// How many bytes at the front of `text` form a valid, possibly unfinished, sequence; `needed` is its full length.
int valid_prefix(std::string_view text, int& needed) {
  const Lead lead = lead_of(static_cast<uint8_t>(text[0]));
  needed = lead.length_bytes;
  if (needed == 0) return 0;
  int n = 1;
  for (; n < needed && n < static_cast<int>(text.size()); ++n) {
    const auto byte = static_cast<uint8_t>(text[static_cast<size_t>(n)]);
    const uint8_t low = n == 1 ? lead.second_low : 0x80;
    const uint8_t high = n == 1 ? lead.second_high : 0xBF;
    if (byte < low || byte > high) break;
  }
  return n;
}

}  // namespace

CodePoint decode_code_point(std::string_view text) {
  int needed = 0;
  const int n = valid_prefix(text, needed);
  if (needed == 0 || n < needed) return {0xFFFD, n > 0 ? n : 1, false};
  const auto byte = [&](int i) { return static_cast<uint32_t>(static_cast<uint8_t>(text[static_cast<size_t>(i)])); };
  switch (needed) {
    case 1: return {byte(0), 1, true};
    case 2: return {(byte(0) & 0x1F) << 6 | (byte(1) & 0x3F), 2, true};
    case 3: return {(byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3, true};
    default:
      return {(byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F), 4, true};
  }
}

void append_code_point(std::string& out, uint32_t c) {
  const auto put = [&](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6), put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18), put(0x80 | (c >> 12 & 0x3F)), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
  }
}

RepairedText repair_utf8(std::string_view text) {
  RepairedText repaired{{}, 0};
  repaired.text.reserve(text.size());
  while (!text.empty()) {
    const CodePoint c = decode_code_point(text);
    if (c.valid) {
      repaired.text.append(text.substr(0, static_cast<size_t>(c.length_bytes)));
    } else {
      repaired.text += "\uFFFD";
      ++repaired.n_replaced;
    }
    text.remove_prefix(static_cast<size_t>(c.length_bytes));
  }
  return repaired;
}

std::string printable(std::string_view text) {
  constexpr int kMaxCharacters = 80;
  std::string out;
  for (int n = 0; !text.empty(); ++n) {
    if (n == kMaxCharacters) return out + "…";
    const CodePoint c = decode_code_point(text);
    const bool control = c.value < 0x20 || (c.value >= 0x7F && c.value < 0xA0) || c.value == 0x2028 || c.value == 0x2029;
    append_code_point(out, control ? 0xFFFD : c.value);
    text.remove_prefix(static_cast<size_t>(c.length_bytes));
  }
  return out;
}

std::string Utf8Stream::push(std::string_view bytes) {
  pending_ += bytes;
  std::string out;
  std::string_view rest = pending_;
  while (!rest.empty()) {
    int needed = 0;
    const int n = valid_prefix(rest, needed);
    if (needed != 0 && n < needed && n == static_cast<int>(rest.size())) break;  // may still be completed
    const CodePoint c = decode_code_point(rest);
    if (c.valid) out.append(rest.substr(0, static_cast<size_t>(c.length_bytes)));
    else out += "\uFFFD";
    rest.remove_prefix(static_cast<size_t>(c.length_bytes));
  }
  pending_ = std::string(rest);
  return out;
}

}  // namespace ondol
