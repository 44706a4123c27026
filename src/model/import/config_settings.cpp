#include "model/import/config_settings.h"

#include <algorithm>

namespace ondol {
namespace {

// Calls body(name) for each of "a|b" until it returns true; returns that name.
template <class Body>
std::string_view find_name(std::string_view names, Body&& body) {
  while (!names.empty()) {
    const std::string_view name = names.substr(0, names.find('|'));
    if (body(name)) return name;
    names.remove_prefix(std::min(names.size(), name.size() + 1));
  }
  return {};
}

}  // namespace

std::string_view ConfigSettings::name_in_file(std::string_view names) const {
  return find_name(names, [&](std::string_view name) { return config_.has(name); });
}

std::string_view ConfigSettings::any_name(std::string_view names) const {
  const std::string_view found = name_in_file(names);
  return found.empty() ? names.substr(0, names.find('|')) : found;
}

std::optional<double> ConfigSettings::fallback(std::string_view names) const {
  const bool is_null = !find_name(names, [&](std::string_view name) { return config_.says_null(name); }).empty();
  if (is_null) return {};
  for (const ConfigDefault& setting : form_.defaults) {
    if (!find_name(names, [&](std::string_view name) { return name == setting.config; }).empty()) return setting.value;
  }
  return {};
}

int64_t ConfigSettings::get_int(std::string_view names, std::optional<int64_t> otherwise, int64_t low, int64_t high) {
  if (const auto value = fallback(names)) otherwise = static_cast<int64_t>(*value);
  return config_.get_int(any_name(names), otherwise, low, high);
}

double ConfigSettings::get_number(std::string_view names, std::optional<double> otherwise, double low, double high) {
  if (const auto value = fallback(names)) otherwise = *value;
  return config_.get_number(any_name(names), otherwise, low, high);
}

bool ConfigSettings::get_bool(std::string_view names, bool otherwise) {
  if (const auto value = fallback(names)) otherwise = *value != 0;
  return config_.get_bool(any_name(names), otherwise);
}

}  // namespace ondol
