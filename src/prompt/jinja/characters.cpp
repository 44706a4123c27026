#include "prompt/jinja/characters.h"

#include <utf8proc.h>

#include "base/utf8.h"

namespace ondol::jinja {
namespace {

utf8proc_category_t category(uint32_t code_point) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(code_point));
}

}  // namespace

bool is_space(uint32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool is_line_end(uint32_t c) {
  return (c >= 0x0A && c <= 0x0D) || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

bool is_alpha(uint32_t c) {
  const auto kind = category(c);
  return kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO;
}

bool is_decimal(uint32_t c) { return category(c) == UTF8PROC_CATEGORY_ND; }

bool is_numeric(uint32_t c) {
  const auto kind = category(c);
  return kind >= UTF8PROC_CATEGORY_ND && kind <= UTF8PROC_CATEGORY_NO;
}

bool is_upper(uint32_t c) { return category(c) == UTF8PROC_CATEGORY_LU; }
bool is_lower(uint32_t c) { return category(c) == UTF8PROC_CATEGORY_LL; }
bool is_word(uint32_t c) { return c == '_' || is_alpha(c) || is_numeric(c); }

bool is_printable(uint32_t c) {
  if (c == ' ') return true;
  const auto kind = category(c);
  return kind != UTF8PROC_CATEGORY_CN && (kind < UTF8PROC_CATEGORY_ZS || kind > UTF8PROC_CATEGORY_CO);
}

void append_upper(std::string& out, uint32_t c) {
  if (c == 0xDF) out += "SS";  // the one letter of Latin text whose upper case is two
  else append_code_point(out, static_cast<uint32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(c))));
}

void append_lower(std::string& out, uint32_t c) {
  append_code_point(out, static_cast<uint32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c))));
}

uint32_t last_code_point(std::string_view text, int64_t& length_bytes) {
  size_t begin = text.size() - 1;
  while (begin > 0 && (static_cast<uint8_t>(text[begin]) & 0xC0) == 0x80) --begin;
  length_bytes = static_cast<int64_t>(text.size() - begin);
  return decode_code_point(text.substr(begin)).value;
}

int64_t leading_space(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const CodePoint next = decode_code_point(text.substr(at));
    if (!is_space(next.value)) break;
    at += static_cast<size_t>(next.length_bytes);
  }
  return static_cast<int64_t>(at);
}

int64_t trailing_space(std::string_view text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    int64_t length_bytes = 0;
    if (!is_space(last_code_point(rest, length_bytes))) break;
    rest.remove_suffix(static_cast<size_t>(length_bytes));
  }
  return static_cast<int64_t>(text.size() - rest.size());
}

}  // namespace ondol::jinja
