#include "tune/data/licence_terms.h"

#include <iterator>

namespace ondol {
namespace {

// Letters of the terms: n non-commercial, d no derivatives, s share-alike, a attribution, o terms of its own.
struct Row {
  std::string_view id;  // normalized; versions ("-4.0", "-3.0-only") may follow
  std::string_view terms;
};
constexpr Row kRows[] = {
    // given away
    {"cc0", ""},
    {"pddl", ""},
    {"unlicense", ""},
    {"wtfpl", ""},
    {"0bsd", ""},
    {"mit-0", ""},
    {"public-domain", ""},
    {"kogl-0", ""},
    {"kogl-type-0", ""},
    {"공공누리-0유형", ""},
    {"공공누리-제0유형", ""},
    // the source is named
    {"mit", "a"},
    {"apache", "a"},
    {"bsd", "a"},
    {"bsd-2-clause", "a"},
    {"bsd-3-clause", "a"},
    {"bsd-3-clause-clear", "a"},
    {"isc", "a"},
    {"zlib", "a"},
    {"ncsa", "a"},
    {"postgresql", "a"},
    {"bsl-1.0", "a"},
    {"afl", "a"},
    {"ecl", "a"},
    {"artistic", "a"},
    {"ms-pl", "a"},
    {"cc-by", "a"},
    {"odc-by", "a"},
    {"cdla-permissive", "a"},
    {"c-uda", "a"},
    {"ogl-uk", "a"},
    {"etalab", "a"},
    {"kogl-1", "a"},
    {"kogl-type-1", "a"},
    {"공공누리-1유형", "a"},
    {"공공누리-제1유형", "a"},
    // ... and what is made of it stays under the licence
    {"cc-by-sa", "as"},
    {"odbl", "as"},
    {"cdla-sharing", "as"},
    {"gfdl", "as"},
    {"gpl", "as"},
    {"agpl", "as"},
    {"lgpl", "as"},
    {"mpl", "as"},
    {"epl", "as"},
    {"eupl", "as"},
    {"osl", "as"},
    // not for business
    {"cc-by-nc", "an"},
    {"cc-by-nc-sa", "ans"},
    {"polyform-noncommercial", "an"},
    {"kogl-2", "an"},
    {"kogl-type-2", "an"},
    {"공공누리-2유형", "an"},
    {"공공누리-제2유형", "an"},
    {"exaone-nc", "ano"},
    {"fair-noncommercial-research-license", "ano"},
    {"cc-by-nc-nd", "and"},
    {"kogl-4", "and"},
    {"kogl-type-4", "and"},
    {"공공누리-4유형", "and"},
    {"공공누리-제4유형", "and"},
    // unchanged only
    {"cc-by-nd", "ad"},
    {"kogl-3", "ad"},
    {"kogl-type-3", "ad"},
    {"공공누리-3유형", "ad"},
    {"공공누리-제3유형", "ad"},
    // models, whose answers may be data
    {"openrail", "ao"},
    {"openrail++", "ao"},
    {"bigscience-openrail-m", "ao"},
    {"bigscience-bloom-rail", "ao"},
    {"bigcode-openrail-m", "ao"},
    {"creativeml-openrail-m", "ao"},
    {"llama2", "ao"},
    {"llama3", "ao"},
    {"llama3.1", "ao"},
    {"llama3.2", "ao"},
    {"llama3.3", "ao"},
    {"llama4", "ao"},
    {"gemma", "ao"},
};

// True for the row's own name and for it with a version behind, which begins with a digit.
bool is_named(std::string_view licence, std::string_view id) {
  if (!licence.starts_with(id)) return false;
  const std::string_view rest = licence.substr(id.size());
  return rest.empty() || (rest.size() >= 2 && rest[0] == '-' && rest[1] >= '0' && rest[1] <= '9');
}

// The longest name that fits: "mit-0" is not version 0 of "mit".
std::optional<LicenceTerms> find_one(std::string_view licence) {
  const Row* found = nullptr;
  for (const Row& row : kRows) {
    if (is_named(licence, row.id) && (!found || row.id.size() > found->id.size())) found = &row;
  }
  if (!found) return std::nullopt;
  const auto has = [&](char letter) { return found->terms.find(letter) != std::string_view::npos; };
  return LicenceTerms{.commercial = !has('n'),
                      .derivatives = !has('d'),
                      .share_alike = has('s'),
                      .attribution = has('a'),
                      .own_terms = has('o')};
}

// Calls `take` with the parts of `text` between the words `separator`, until it says false.
template <class F>
void for_each_part(std::string_view text, std::string_view separator, F take) {
  for (;;) {
    const size_t end = text.find(separator);
    if (!take(text.substr(0, end)) || end == std::string_view::npos) return;
    text.remove_prefix(end + separator.size());
  }
}

std::optional<LicenceTerms> find_all(std::string_view licences) {
  std::optional<LicenceTerms> joined = LicenceTerms{};
  for_each_part(licences, "-and-", [&](std::string_view part) {
    const auto terms = find_one(part);
    if (!terms) {
      joined.reset();
      return false;
    }
    joined->commercial = joined->commercial && terms->commercial;
    joined->derivatives = joined->derivatives && terms->derivatives;
    joined->share_alike = joined->share_alike || terms->share_alike;
    joined->attribution = joined->attribution || terms->attribution;
    joined->own_terms = joined->own_terms || terms->own_terms;
    return true;
  });
  return joined;
}

int n_restrictions(const LicenceTerms& terms) {
  return 8 * !terms.commercial + 8 * !terms.derivatives + 4 * terms.share_alike + 2 * terms.own_terms +
         terms.attribution;
}

}  // namespace

std::string normalized_licence(std::string_view licence) {
  std::string normalized;
  for (const char c : licence) {
    const bool is_gap = c == ' ' || c == '\t' || c == '_' || c == '-';
    if (is_gap && (normalized.empty() || normalized.back() == '-')) continue;
    normalized += is_gap ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  while (normalized.ends_with('-')) normalized.pop_back();
  return normalized;
}

std::optional<LicenceTerms> find_licence_terms(std::string_view licence) {
  const std::string normalized = normalized_licence(licence);
  std::optional<LicenceTerms> best;
  for_each_part(normalized, "-or-", [&](std::string_view part) {
    const auto terms = find_all(part);
    if (terms && (!best || n_restrictions(*terms) < n_restrictions(*best))) best = terms;
    return true;
  });
  return best;
}

}  // namespace ondol
