// ConfigSettings: the settings of a config.json, with what transformers takes where it leaves one out.
#pragma once

#include "model/huggingface_form.h"
#include "model/import/json_object.h"

namespace ondol {

// Settings have several names in use: "hidden_size|n_embd" asks for whichever is there.  A setting that is left out has
// the family's default; one that is null has none.  Errors stay in the JsonObject.
class ConfigSettings {
 public:
  ConfigSettings(JsonObject& config, const HuggingFaceForm& form) : config_(config), form_(form) {}

  bool has(std::string_view names) const { return !name_in_file(names).empty(); }
  // Has a value, in the file or by default.
  bool is_known(std::string_view names) const { return has(names) || fallback(names).has_value(); }
  // Without `otherwise` the setting is required.
  int64_t get_int(std::string_view names, std::optional<int64_t> otherwise, int64_t low, int64_t high);
  double get_number(std::string_view names, std::optional<double> otherwise, double low, double high);
  bool get_bool(std::string_view names, bool otherwise);
  JsonObject& config() { return config_; }

 private:
  std::string_view name_in_file(std::string_view names) const;
  std::string_view any_name(std::string_view names) const;
  std::optional<double> fallback(std::string_view names) const;

  JsonObject& config_;
  const HuggingFaceForm& form_;
};

}  // namespace ondol
