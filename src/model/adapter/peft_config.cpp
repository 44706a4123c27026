#include "model/adapter/peft_config.h"

#include <algorithm>

#include "model/adapter/adapter_messages.h"
#include "model/import/import_messages.h"
#include "model/import/json_object.h"

namespace ondol {
namespace {

constexpr int64_t kMaxRank = 1 << 20;
constexpr double kMaxAlpha = 1e6;

// Settings of other ways to add or to change weights; where they are not null, false or empty, the tensors are not
// what is read here.
constexpr std::string_view kOtherMethods[] = {
    "use_dora",        "use_qalora",        "use_bdlora",        "lora_bias",
    "modules_to_save", "layer_replication", "target_parameters", "trainable_token_indices",
    "arrow_config",    "kasa_config",       "monteclora_config", "alora_invocation_tokens",
};
// Ways to begin training that leave the base as it is.  Others (PiSSA, OLoRA, CorDA, LoftQ, ...) put something else in
// its place, to which the adapter belongs.
constexpr std::string_view kHarmlessStarts[] = {"true", "false", "\"gaussian\"", "\"eva\"", "\"orthogonal\""};

bool is_off(const nlohmann::json* value) {
  return value == nullptr || *value == false || (value->is_structured() && value->empty());
}

Status check_method(const JsonObject& config) {
  const auto refuse = [&](std::string_view key, std::string_view expected) {
    return fail(ErrorKind::kUnsupported, msg::kAdapterUnsupported, config.name(), key, config.shown(key), expected);
  };
  if (config.shown("peft_type") != "\"LORA\"") return refuse("peft_type", "\"LORA\"");
  for (const std::string_view key : kOtherMethods) {
    if (!is_off(config.find(key))) return refuse(key, "null, false");
  }
  if (config.has("bias") && config.shown("bias") != "\"none\"") return refuse("bias", "\"none\"");
  constexpr const char* kStart = "init_lora_weights";
  const auto& starts = kHarmlessStarts;
  if (config.has(kStart) && std::find(std::begin(starts), std::end(starts), config.shown(kStart)) == std::end(starts)) {
    return refuse(kStart, "true, false, \"gaussian\", \"eva\", \"orthogonal\"");
  }
  return ok();
}

// A regular expression in PEFT; names of modules are the expressions that are read here, "." standing for itself.
bool is_plain_name(std::string_view key) {
  if (key.starts_with('^')) key.remove_prefix(1);
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
}

Result<std::map<std::string, double>> read_pattern(JsonObject& config, std::string_view key, double low, double high) {
  std::map<std::string, double> pattern;
  JsonObject object = config.get_object(key);
  const nlohmann::json* entries = config.find(key);
  if (entries == nullptr || !entries->is_object()) return pattern;
  for (const auto& entry : entries->items()) {
    if (!is_plain_name(entry.key())) {
      return fail(ErrorKind::kUnsupported, msg::kAdapterUnsupported, config.name(), key, std::string(entry.key()),
                  msg::kAPlainName.text());
    }
    pattern.emplace(entry.key(), object.get_number(entry.key(), {}, low, high));
  }
  TRY(object.status());
  return pattern;
}

bool matches(std::string_view key, std::string_view module) {
  if (key.starts_with('^')) return module == key.substr(1);
  return module.ends_with(key) && (module.size() == key.size() || module[module.size() - key.size() - 1] == '.');
}

// The value for the module: of the longest key that matches, else `usual`.
double value_of(const std::map<std::string, double>& pattern, std::string_view module, double usual) {
  size_t longest = 0;
  for (const auto& [key, value] : pattern) {
    if (key.size() <= longest || !matches(key, module)) continue;
    longest = key.size();
    usual = value;
  }
  return usual;
}

}  // namespace

int64_t PeftConfig::rank_of(std::string_view module) const {
  return static_cast<int64_t>(value_of(rank_pattern, module, static_cast<double>(rank)));
}

float PeftConfig::scale_of(std::string_view module) const {
  const auto own_alpha = static_cast<float>(value_of(alpha_pattern, module, static_cast<double>(alpha)));
  return adapter_scale(own_alpha, rank_of(module), rank_stabilised);
}

Result<PeftConfig> read_peft_config(std::string_view name, std::string_view text) {
  TRY(JsonObject config, JsonObject::parse(name, text));
  TRY(check_method(config));
  PeftConfig out;
  if (config.shown("r") == "0") return fail(ErrorKind::kCorruptFile, msg::kRankZero, name, "r");
  out.rank = config.get_int("r", {}, 1, kMaxRank);
  out.alpha = static_cast<float>(config.get_number("lora_alpha", 8, 1 / kMaxAlpha, kMaxAlpha));
  out.rank_stabilised = config.get_bool("use_rslora", false);
  TRY(config.status());
  TRY(out.rank_pattern, read_pattern(config, "rank_pattern", 1, static_cast<double>(kMaxRank)));
  TRY(out.alpha_pattern, read_pattern(config, "alpha_pattern", 1 / kMaxAlpha, kMaxAlpha));
  TRY(config.status());
  return out;
}

}  // namespace ondol
