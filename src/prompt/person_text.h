// Text a person typed, made ready for a model: valid UTF-8 in Unicode normal form C.
//
// A Korean syllable can be written as one code point or as two or three (macOS file names, some keyboards); models have
// seen the composed form only.  Source: Unicode Standard Annex 15.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ondol {

struct PersonText {
  std::string text;
  int64_t n_replaced = 0;   // ill-formed sequences that became U+FFFD
  bool normalized = false;  // whether normal form C changed anything
};

// `raw` keeps the code points as they are; ill-formed bytes are replaced all the same.
PersonText read_person_text(std::string_view bytes, bool raw);

}  // namespace ondol
