// What the licences of data sets allow.
//
// Not legal advice, and no text of a licence is read: the terms stand in one table, by the identifiers of SPDX, of the
// Hugging Face hub and of the Korea Open Government Licence (공공누리).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ondol {

struct LicenceTerms {
  bool commercial = true;    // commercial use is allowed
  bool derivatives = true;   // changed works may be passed on
  bool share_alike = false;  // changed works must be passed on under the same licence
  bool attribution = false;  // the source must be named
  bool own_terms = false;    // rules of use of its own (what may be done with it, who may use it)
  bool operator==(const LicenceTerms&) const = default;
};

// The terms of an identifier or SPDX expression: "CC-BY-NC-4.0", "cc by-sa 4.0", "MIT OR GPL-3.0-only", "공공누리
// 1유형". AND joins the duties of both sides, OR takes the side with fewer restrictions.  Nothing for a name that is
// not in the table; parentheses and exceptions (WITH) are not read.
std::optional<LicenceTerms> find_licence_terms(std::string_view licence);

// Lower case, with single hyphens for spaces and underscores: equal for two spellings of one name.
std::string normalized_licence(std::string_view licence);

}  // namespace ondol
