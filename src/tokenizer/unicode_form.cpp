#include "tokenizer/unicode_form.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

#include "base/utf8.h"

namespace ondol {
namespace {

bool is_between(uint32_t c, uint32_t first, uint32_t last) { return c >= first && c <= last; }

// True for characters that the form leaves as they are whatever stands beside them: starters that neither decompose
// nor compose with a character in front.  It need not know them all.
bool is_left_alone(uint32_t c, UnicodeForm form) {
  if (c < 0x80) return true;
  if (is_between(c, 0x4E00, 0x9FFF)) return true;  // unified ideographs
  const bool composes = form == UnicodeForm::kNfc || form == UnicodeForm::kNfkc;
  if (!composes) return false;
  if (is_between(c, 0xAC00, 0xD7A3)) return true;                                   // Korean syllables
  if (is_between(c, 0x3041, 0x3096) || is_between(c, 0x30A1, 0x30FA)) return true;  // kana
  return form == UnicodeForm::kNfc && (c < 0x300 || is_between(c, 0x3131, 0x318E));
}

int options_of(UnicodeForm form) {
  constexpr int kCanonical = UTF8PROC_STABLE;
  switch (form) {
    case UnicodeForm::kNfc:
      return kCanonical | UTF8PROC_COMPOSE;
    case UnicodeForm::kNfd:
      return kCanonical | UTF8PROC_DECOMPOSE;
    case UnicodeForm::kNfkc:
      return kCanonical | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;
    case UnicodeForm::kNfkd:
      break;
  }
  return kCanonical | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT;
}

// `text` is well formed.
void append_mapped(std::string_view text, UnicodeForm form, std::string& out) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto n =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &mapped, static_cast<utf8proc_option_t>(options_of(form)));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, std::free);
  if (n < 0) out.append(text);
  else out.append(reinterpret_cast<const char*>(mapped), static_cast<size_t>(n));
}

}  // namespace

std::string to_unicode_form(std::string_view text, UnicodeForm form) {
  std::string out;
  out.reserve(text.size());
  // [copied, begin) is left alone; [begin, end) begins with the last such character, which what follows may change
  size_t copied = 0, begin = 0, end = 0;
  while (end < text.size()) {
    const CodePoint c = decode_code_point(text.substr(end, 4));
    const size_t next = end + static_cast<size_t>(c.length_bytes);
    if (c.valid && is_left_alone(c.value, form)) {
      begin = end;
      end = next;
      continue;
    }
    // from the character in front to the next one that is left alone
    out.append(text.substr(copied, begin - copied));
    while (end < text.size()) {
      const CodePoint d = decode_code_point(text.substr(end, 4));
      if (!d.valid || is_left_alone(d.value, form)) break;
      end += static_cast<size_t>(d.length_bytes);
    }
    if (end > begin) append_mapped(text.substr(begin, end - begin), form, out);
    // ill-formed bytes
    copied = end;
    while (end < text.size()) {
      const CodePoint d = decode_code_point(text.substr(end, 4));
      if (d.valid) break;
      end += static_cast<size_t>(d.length_bytes);
    }
    out.append(text.substr(copied, end - copied));
    copied = begin = end;
  }
  out.append(text.substr(copied));
  return out;
}

}  // namespace ondol
