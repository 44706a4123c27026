#include "tune/synthesis/synthesis_card.h"

#include <fmt/format.h>

#include <filesystem>

#include "grammar/json_value.h"

namespace ondol {
namespace {

// A card with the JSON of its parents, separated by commas.
std::string card_json(const DataCard& card, const std::string& parents) {
  std::string json = "{\"name\":" + json_quoted(card.name);
  if (!card.licence.empty()) json += ",\"licence\":" + json_quoted(card.licence);
  if (!card.source.empty()) json += ",\"source\":" + json_quoted(card.source);
  if (!parents.empty()) json += ",\"parents\":[" + parents + "]";
  return json + "}";
}

std::string joined(const std::string& first, const std::string& rest) {
  return rest.empty() || first.empty() ? first + rest : first + "," + rest;
}

}  // namespace

std::string synthesis_card_path(const std::string& data_path) {
  return std::filesystem::path(data_path).replace_extension(".card.json");
}

std::string synthesis_card(const DataCard& own, const std::vector<DataCard>& examples, const DataCard& teacher) {
  // A parent stands behind its child in the list: from the last on, every card finds its parents written.
  std::vector<std::string> parents(examples.size());
  std::string roots = card_json(teacher, "");
  for (size_t i = examples.size(); i-- > 0;) {
    const std::string json = card_json(examples[i], parents[i]);
    std::string& place = examples[i].child < 0 ? roots : parents[static_cast<size_t>(examples[i].child)];
    place = joined(json, place);
  }
  return card_json(own, roots) + "\n";
}

}  // namespace ondol
