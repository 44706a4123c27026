#include "tune/data/licence_audit.h"

#include <algorithm>
#include <iterator>

#include "base/utf8.h"
#include "tune/data/data_messages.h"
#include "tune/data/licence_terms.h"

namespace ondol {
namespace {

constexpr std::string_view kUnknownName = "unknown";

struct IssueRow {
  LicenceIssue issue;
  const char* name;  // in the model file
  const Message* message;
  bool stops_commercial;
};
constexpr IssueRow kIssues[] = {
    {LicenceIssue::kUnknown, "unknown", &msg::kLicenceUnknown, true},
    {LicenceIssue::kNonCommercial, "non-commercial", &msg::kLicenceNonCommercial, true},
    {LicenceIssue::kNoDerivatives, "no derivatives", &msg::kLicenceNoDerivatives, true},
    {LicenceIssue::kShareAlike, "share-alike", &msg::kLicenceShareAlike, false},
    {LicenceIssue::kOwnTerms, "terms of its own", &msg::kLicenceOwnTerms, false},
};
const IssueRow& row_of(LicenceIssue issue) { return kIssues[static_cast<size_t>(issue)]; }

std::vector<LicenceIssue> issues_of(const DataCard& card) {
  const auto terms = find_licence_terms(card.licence);
  if (!terms) return {LicenceIssue::kUnknown};
  std::vector<LicenceIssue> issues;
  if (!terms->commercial) issues.push_back(LicenceIssue::kNonCommercial);
  if (!terms->derivatives) issues.push_back(LicenceIssue::kNoDerivatives);
  if (terms->share_alike) issues.push_back(LicenceIssue::kShareAlike);
  if (terms->own_terms) issues.push_back(LicenceIssue::kOwnTerms);
  return issues;
}

// What --accept-licence has to name.
std::string name_to_accept(const DataCard& card) {
  return find_licence_terms(card.licence) ? card.licence : std::string(kUnknownName);
}

std::string text_of(const LicenceAudit& audit, const LicenceFinding& finding) {
  const DataCard& card = audit.cards[static_cast<size_t>(finding.card)];
  const std::string licence = card.licence.empty() ? std::string(msg::kNoLicence.text()) : printable(card.licence);
  return format_message(*row_of(finding.issue).message, printable(card.name), licence);
}

bool is_accepted(const LicenceAudit& audit, const DataCard& card) {
  const std::string name = normalized_licence(name_to_accept(card));
  return std::find(audit.accepted.begin(), audit.accepted.end(), name) != audit.accepted.end();
}

Status check_conflicts(const LicenceAudit& audit) {
  std::vector<const LicenceFinding*> conflicts;
  std::vector<std::string> names;  // that would have to be accepted, or are
  for (const LicenceFinding& finding : audit.findings) {
    const DataCard& card = audit.cards[static_cast<size_t>(finding.card)];
    if (audit.purpose != Purpose::kCommercial || !row_of(finding.issue).stops_commercial) continue;
    names.push_back(normalized_licence(name_to_accept(card)));
    if (!is_accepted(audit, card)) conflicts.push_back(&finding);
  }
  for (const std::string& accepted : audit.accepted) {
    if (std::find(names.begin(), names.end(), accepted) != names.end()) continue;
    return fail(ErrorKind::kUsage, msg::kNothingToAccept, printable(accepted));
  }
  if (conflicts.empty()) return ok();
  const LicenceFinding& first = *conflicts.front();
  std::string what = text_of(audit, first);
  if (conflicts.size() > 1) what = format_message(msg::kMoreConflicts, what, conflicts.size() - 1);
  const DataCard& card = audit.cards[static_cast<size_t>(first.card)];
  return fail(ErrorKind::kRefused, msg::kLicenceConflict, what, printable(name_to_accept(card)));
}

}  // namespace

Result<Purpose> parse_purpose(std::string_view name) {
  if (name == "research") return Purpose::kResearch;
  if (name == "commercial") return Purpose::kCommercial;
  return fail(ErrorKind::kUsage, msg::kNoSuchPurpose, printable(name));
}

Result<LicenceAudit> audit_licences(const std::vector<std::string>& data_paths, Purpose purpose,
                                    const std::vector<std::string>& accepted) {
  LicenceAudit audit{.purpose = purpose, .cards = {}, .findings = {}, .accepted = {}};
  for (const std::string& name : accepted) audit.accepted.push_back(normalized_licence(name));
  TRY(audit.cards, read_data_cards(data_paths));
  for (size_t i = 0; i < audit.cards.size(); ++i) {
    for (const LicenceIssue issue : issues_of(audit.cards[i])) audit.findings.push_back({static_cast<int>(i), issue});
  }
  TRY(check_conflicts(audit));
  return audit;
}

std::vector<std::string> licence_notes(const LicenceAudit& audit) {
  std::vector<std::string> notes;
  for (const LicenceFinding& finding : audit.findings) notes.push_back(text_of(audit, finding));
  return notes;
}

void record_licences(const LicenceAudit& audit, Metadata& metadata) {
  std::vector<std::string> names, licences, sources, findings;
  std::vector<int64_t> parents_of;
  for (const DataCard& card : audit.cards) {
    names.push_back(card.name);
    licences.push_back(card.licence);
    sources.push_back(card.source);
    parents_of.push_back(card.child);
  }
  for (const LicenceFinding& finding : audit.findings) {
    findings.push_back(audit.cards[static_cast<size_t>(finding.card)].name + ": " + row_of(finding.issue).name);
  }
  metadata.set_string("ondol.data.purpose", audit.purpose == Purpose::kResearch ? "research" : "commercial");
  metadata.set_strings("ondol.data.names", std::move(names));
  metadata.set_strings("ondol.data.licences", std::move(licences));
  metadata.set_strings("ondol.data.sources", std::move(sources));
  metadata.set_i32s("ondol.data.parents_of", std::move(parents_of));
  metadata.set_strings("ondol.data.findings", std::move(findings));
  if (!audit.accepted.empty()) metadata.set_strings("ondol.data.accepted", audit.accepted);
}

}  // namespace ondol
