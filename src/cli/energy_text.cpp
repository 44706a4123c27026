#include "cli/energy_text.h"

#include "cli/bench_messages.h"

namespace ondol {

std::string_view energy_source_text(EnergySource source) {
  switch (source) {
    case EnergySource::kRapl:
      return msg::kEnergyRapl.text();
    case EnergySource::kBattery:
      return msg::kEnergyBattery.text();
    case EnergySource::kForbidden:
      return msg::kEnergyForbidden.text();
    case EnergySource::kNone:
      break;
  }
  return msg::kEnergyNone.text();
}

const char* energy_source_name(EnergySource source) {
  if (source == EnergySource::kRapl) return "rapl";
  return source == EnergySource::kBattery ? "battery" : "not available";
}

void add_energy(nlohmann::ordered_json& json, std::optional<double> j_per_token, std::optional<double> tokens_per_j) {
  const auto value = [](std::optional<double> x) { return x ? nlohmann::ordered_json(*x) : nlohmann::ordered_json(); };
  json["j_per_token"] = value(j_per_token);
  json["tokens_per_j"] = value(tokens_per_j);
}

}  // namespace ondol
