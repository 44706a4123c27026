// Scripts a field's texts lack although something else needs them: Hangul in a corpus for a Korean model.
#pragma once

#include <string>
#include <vector>

#include "compress/field_text.h"

namespace ondol {

struct MissingScript {
  std::string name;  // as Unicode calls it, in small letters: "hangul"
  double share = 0;  // of the letters of what needs it
};

// The scripts that at least `least_share` of the letters of `needed` are of, and less than one in ten thousand of
// `field`'s characters.
std::vector<MissingScript> missing_scripts(const CharacterCounts& field, const CharacterCounts& needed,
                                           double least_share);

// The characters of a vocabulary's entries, each entry once.
CharacterCounts characters_of_vocabulary(const Tokenizer& tokenizer);

}  // namespace ondol
