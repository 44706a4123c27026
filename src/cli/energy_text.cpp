#include "cli/energy_text.h"

#include <algorithm>

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

void add_answer_cost(nlohmann::ordered_json& json, const AnswerCost& cost, int64_t n_tokens) {
  const auto n = static_cast<double>(std::max<int64_t>(n_tokens, 1));
  json["cpu_s"] = cost.cpu_s;
  json["cpu_s_per_token"] = cost.cpu_s / n;
  json["read_bytes_per_token"] = static_cast<double>(cost.read_bytes) / n;
  json["energy_source"] = energy_source_name(cost.source);
  json["energy_j"] = cost.j ? nlohmann::ordered_json(*cost.j) : nlohmann::ordered_json();
  const TokenCost token{.j = cost.j ? std::optional(*cost.j / n) : std::nullopt};
  add_energy(json, token.j, token.tokens_per_j());
}

void add_energy(nlohmann::ordered_json& json, std::optional<double> j_per_token, std::optional<double> tokens_per_j) {
  const auto value = [](std::optional<double> x) { return x ? nlohmann::ordered_json(*x) : nlohmann::ordered_json(); };
  json["j_per_token"] = value(j_per_token);
  json["tokens_per_j"] = value(tokens_per_j);
}

}  // namespace ondol
