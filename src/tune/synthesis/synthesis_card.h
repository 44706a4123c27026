// The data card of what a teacher wrote (tune/data/data_card.h).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "tune/data/data_card.h"

namespace ondol {

// Where the card of `data_path` stands: DATA.card.json for DATA.jsonl.
std::string synthesis_card_path(const std::string& data_path);

// JSON text of the card: `own` (its child does not matter), whose parents are the cards of the example files, with all
// they were made of, and the teacher's.  An empty licence is left out and so counts as unknown.
std::string synthesis_card(const DataCard& own, const std::vector<DataCard>& examples, const DataCard& teacher);

}  // namespace ondol
