// Data cards: where a data set comes from and under which licence, and what it was made of.
//
//   {"name": "reviews", "licence": "CC0-1.0", "source": "https://…",
//    "parents": ["other.card.json", {"name": "raw reviews", "licence": "CC-BY-4.0"}]}
//
// The card of DATA.jsonl stands beside it as DATA.jsonl.card.json or DATA.card.json (the first that is there).  A
// parent is another such object or the path of a card file, seen from the card that names it.  "license" is read, too,
// and other keys are left.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace ondol {

// What a card says of one data set.
struct DataCard {
  std::string name;       // the file's where the card gives none
  std::string licence{};  // as written; "" where nothing is said
  std::string source{};
  int child = -1;  // index of the card that was made of this one; -1: a data file's own
};

// The cards of the data files and, behind each, of all it was made of; a card file that several name stands once.  A
// data file without a card gives one without a licence.  Fails with kBadInput: no JSON object, a value of another type,
// a parent that is not there, cards that name each other in a circle, more than 1000 cards or 32 generations; or kIo.
Result<std::vector<DataCard>> read_data_cards(const std::vector<std::string>& data_paths);

}  // namespace ondol
