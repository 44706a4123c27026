// URI references as JSON Schema uses them: to name schemas, never to fetch anything.
#pragma once

#include <string>
#include <string_view>

namespace ondol {

// `reference` made absolute against `base` (RFC 3986, section 5.2), both without fragments.
std::string resolve_uri(std::string_view base, std::string_view reference);

// What stands before and behind the first '#'; the fragment is percent-decoded.
struct SplitUri {
  std::string_view uri;
  std::string fragment;
};
SplitUri split_fragment(std::string_view reference);

}  // namespace ondol
