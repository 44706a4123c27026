#include "cli/text_width.h"

#include <utf8proc.h>

#include "base/utf8.h"

namespace ondol {

int display_width(std::string_view text) {
  int columns = 0;
  while (!text.empty()) {
    const CodePoint c = decode_code_point(text);
    columns += utf8proc_charwidth(static_cast<utf8proc_int32_t>(c.value));
    text.remove_prefix(static_cast<size_t>(c.length_bytes));
  }
  return columns;
}

std::string pad(std::string_view text, int columns, bool right) {
  const int missing = columns - display_width(text);
  const std::string spaces(missing > 0 ? static_cast<size_t>(missing) : 0, ' ');
  return right ? spaces + std::string(text) : std::string(text) + spaces;
}

std::string shorten(std::string_view text, int columns) {
  if (display_width(text) <= columns) return std::string(text);
  std::string out;
  int used = 1;  // the ellipsis
  while (!text.empty()) {
    const CodePoint c = decode_code_point(text);
    used += utf8proc_charwidth(static_cast<utf8proc_int32_t>(c.value));
    if (used > columns) break;
    out.append(text.substr(0, static_cast<size_t>(c.length_bytes)));
    text.remove_prefix(static_cast<size_t>(c.length_bytes));
  }
  return out + "…";
}

std::string visible_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint c = decode_code_point(text);
    const std::string_view bytes = text.substr(0, static_cast<size_t>(c.length_bytes));
    const bool control =
        c.value < 0x20 || (c.value >= 0x7F && c.value < 0xA0) || c.value == 0x2028 || c.value == 0x2029;
    if (c.value == '\n') out += "\\n";
    else if (c.value == '\t') out += "\\t";
    else if (control || !c.valid) append_code_point(out, 0xFFFD);
    else out += bytes;
    text.remove_prefix(static_cast<size_t>(c.length_bytes));
  }
  return out;
}

}  // namespace ondol
