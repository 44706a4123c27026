// Unicode normal forms, for texts that mostly have the form already.
//
// Most text is in NFC or close to it, so runs of characters that a form surely leaves alone are copied, and only what
// lies between goes through utf8proc.  Source: Unicode Standard Annex 15.
#pragma once

#include <string>
#include <string_view>

namespace ondol {

enum class UnicodeForm { kNfc, kNfd, kNfkc, kNfkd };

// `text` in `form`; ill-formed bytes stay as they are.
std::string to_unicode_form(std::string_view text, UnicodeForm form);

}  // namespace ondol
