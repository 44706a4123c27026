// Sets of characters by Unicode property: general categories (utf8proc) and scripts (unicode_scripts.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "grammar/char_set.h"
#include "grammar/grammar.h"

namespace ondol {

// The characters of \p{name}: "L", "Lu", "Letter", "gc=Lu", "Any", "ASCII", "Script=Hangul", "sc=Hang".  Nothing when
// unknown.  Any thread.
std::optional<CharSet> property_set(std::string_view name);

// The characters with the given value of the Unicode property Script, by long name or four-letter code; letter case
// does not matter.  Nothing when unknown.
std::optional<CharSet> script_set(std::string_view name);
// All long names, comma-separated, for errors.
std::string script_names();

// A grammar of the texts written in `scripts` ("hangul,latin"): letters of other scripts are left out, what belongs to
// no script (digits, spaces, punctuation, symbols, combining marks) is allowed, except control characters other than
// tab and line ends.  Fails with kBadInput.
Result<std::shared_ptr<const Grammar>> script_grammar(std::string_view scripts);

}  // namespace ondol
