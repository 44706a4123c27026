// Licence gate: may a model be trained on this data for this purpose?
//
//                     research    commercial
//   unknown           reported    conflict
//   non-commercial    reported    conflict
//   no derivatives    reported    conflict     a trained model is taken as a work derived from its data
//   share-alike       reported    reported     use is free; a model that is passed on carries the licence on
//   terms of its own  reported    reported
//
// A conflict stops the run unless its licence is accepted by name; what was found and accepted goes into the model.
#pragma once

#include <string>
#include <vector>

#include "format/metadata.h"
#include "tune/data/data_card.h"

namespace ondol {

enum class Purpose { kResearch, kCommercial };

// "research" or "commercial".  Fails with kUsage.
Result<Purpose> parse_purpose(std::string_view name);

enum class LicenceIssue { kUnknown, kNonCommercial, kNoDerivatives, kShareAlike, kOwnTerms };

struct LicenceFinding {
  int card = 0;  // index into LicenceAudit::cards
  LicenceIssue issue = LicenceIssue::kUnknown;
};

struct LicenceAudit {
  Purpose purpose = Purpose::kResearch;
  std::vector<DataCard> cards;
  std::vector<LicenceFinding> findings;  // cards in order
  std::vector<std::string> accepted;     // licences that were accepted in spite of a conflict
};

// Reads the cards of the data files and audits every licence in them.  `accepted` names licences, "unknown" those that
// are missing or not in the table.  Fails as read_data_cards(), with kRefused on a conflict that is not accepted, or
// with kUsage when an accepted name is no conflict of this data.
Result<LicenceAudit> audit_licences(const std::vector<std::string>& data_paths, Purpose purpose,
                                    const std::vector<std::string>& accepted);

// What was found, a line each, in the user's language.
std::vector<std::string> licence_notes(const LicenceAudit& audit);

// Writes the audit under ondol.data.*:
//   purpose                            "research", "commercial"
//   names, licences, sources, parents_of   of each card; the last as an index into them, -1 for the data itself
//   findings                           "NAME: non-commercial", …
//   accepted                           licences that were accepted in spite of a conflict; absent when there are none
void record_licences(const LicenceAudit& audit, Metadata& metadata);

}  // namespace ondol
