// What `bench` and `run` say about energy.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "measure/energy.h"

namespace ondol {

// In the user's language.
std::string_view energy_source_text(EnergySource source);
// For JSON: "rapl", "battery" or "not available".
const char* energy_source_name(EnergySource source);
// What an answer took beside time, its prompt's share included.
struct AnswerCost {
  EnergySource source = EnergySource::kNone;
  std::optional<double> j;
  double cpu_s = 0;
  int64_t read_bytes = 0;  // weights and cache (measure/traffic.h)
};
// Adds it in all and for each of the answer's `n_tokens` tokens.
void add_answer_cost(nlohmann::ordered_json& json, const AnswerCost& cost, int64_t n_tokens);

// Adds "j_per_token" and "tokens_per_j"; null where there is no value.
void add_energy(nlohmann::ordered_json& json, std::optional<double> j_per_token, std::optional<double> tokens_per_j);

}  // namespace ondol
