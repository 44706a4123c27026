#include "tune/synthesis/text_key.h"

#include "base/utf8.h"
#include "grammar/json_value.h"
#include "tokenizer/unicode_form.h"

namespace ondol {
namespace {

// Unicode 15, property White_Space.
bool is_space(uint32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

}  // namespace

std::string text_key(std::string_view text) {
  const std::string composed = to_unicode_form(text, UnicodeForm::kNfc);
  std::string key;
  bool has_space = false;
  for (std::string_view rest = composed; !rest.empty();) {
    const CodePoint c = decode_code_point(rest);
    if (is_space(c.value)) {
      has_space = !key.empty();
    } else {
      if (has_space) key += ' ';
      has_space = false;
      key += rest.substr(0, static_cast<size_t>(c.length_bytes));
    }
    rest.remove_prefix(static_cast<size_t>(c.length_bytes));
  }
  return key;
}

std::string answer_key(std::string_view answer) {
  const auto value = parse_json(answer);
  return value ? "json " + canonical_json(*value) : "text " + text_key(answer);
}

}  // namespace ondol
