#include "tokenizer/unicode_class.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "base/utf8.h"

namespace ondol {
namespace {

constexpr uint32_t kEndOfUnicode = 0x110000;
constexpr uint32_t kBlockSize = 256;
using Block = std::array<uint8_t, kBlockSize>;

// Unicode property White_Space (PropList.txt): 25 code points, unchanged since Unicode 6.3.
bool is_white_space(uint32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

uint8_t compute_class(uint32_t c) {
  if (c == '\r' || c == '\n') return CharClass::kSpace | CharClass::kNewline;
  if (is_white_space(c)) return CharClass::kSpace;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LT:
      return CharClass::kLetter | CharClass::kUpper;
    case UTF8PROC_CATEGORY_LL:
      return CharClass::kLetter | CharClass::kLower;
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
      return CharClass::kLetter;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
      return CharClass::kOther | CharClass::kMark;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return CharClass::kNumber;
    default:
      return CharClass::kOther;
  }
}

struct ClassTable {
  std::array<uint16_t, kEndOfUnicode / kBlockSize> block_of;
  std::vector<Block> blocks;

  ClassTable() {
    std::map<Block, uint16_t> known;
    for (uint32_t i = 0; i < block_of.size(); ++i) {
      Block block;
      for (uint32_t j = 0; j < kBlockSize; ++j) block[j] = compute_class(i * kBlockSize + j);
      const auto [entry, is_new] = known.try_emplace(block, static_cast<uint16_t>(blocks.size()));
      if (is_new) blocks.push_back(block);
      block_of[i] = entry->second;
    }
  }
};

const ClassTable& class_table() {
  static const ClassTable table;
  return table;
}

// True for the bytes 0x80 to 0xBF, which continue a UTF-8 sequence.
bool continues(uint8_t byte) { return (byte & 0xC0) == 0x80; }

}  // namespace

uint8_t char_class(uint32_t code_point) {
  if (code_point >= kEndOfUnicode) return CharClass::kOther;
  const ClassTable& table = class_table();
  return table.blocks[table.block_of[code_point / kBlockSize]][code_point % kBlockSize];
}

bool is_word_character(uint32_t c) {
  if ((char_class(c) & (CharClass::kLetter | CharClass::kMark)) != 0) return true;
  const auto kind = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  if (kind == UTF8PROC_CATEGORY_ND || kind == UTF8PROC_CATEGORY_NL || kind == UTF8PROC_CATEGORY_PC) return true;
  // the circled and squared Latin letters, which are symbols but alphabetic
  const bool is_enclosed = (c >= 0x24B6 && c <= 0x24E9) || (c >= 0x1F130 && c <= 0x1F149) ||
                           (c >= 0x1F150 && c <= 0x1F169) || (c >= 0x1F170 && c <= 0x1F189);
  return is_enclosed || c == 0x200C || c == 0x200D;
}

ClassifiedChar classify_at(std::string_view text, int64_t position) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data()) + position;
  const int64_t n_left = static_cast<int64_t>(text.size()) - position;
  if (n_left <= 0) return {0, 0, 0};
  if (bytes[0] < 0x80) return {bytes[0], char_class(bytes[0]), 1};

  // Three bytes from E1 to EC: Korean, Chinese and Japanese; no overlong or surrogate form starts so.
  if (n_left >= 3 && bytes[0] >= 0xE1 && bytes[0] <= 0xEC && continues(bytes[1]) && continues(bytes[2])) {
    const uint32_t value = (bytes[0] & 0x0Fu) << 12 | (bytes[1] & 0x3Fu) << 6 | (bytes[2] & 0x3Fu);
    return {value, char_class(value), 3};
  }
  const CodePoint decoded = decode_code_point(text.substr(static_cast<size_t>(position), 4));
  const auto size_bytes = static_cast<uint8_t>(decoded.length_bytes);
  if (!decoded.valid) return {0xFFFD, CharClass::kOther, size_bytes};
  return {decoded.value, char_class(decoded.value), size_bytes};
}

}  // namespace ondol
