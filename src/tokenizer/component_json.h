// Reading the JSON of tokenizers: values of objects by key, absent where they are missing or of another type.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string_view>

namespace ondol {

using ComponentJson = simdjson::dom::element;

// A missing parent has no values; null is the same as missing.
inline std::optional<ComponentJson> child(std::optional<ComponentJson> parent, std::string_view key) {
  ComponentJson value;
  if (!parent || (*parent)[key].get(value) != simdjson::SUCCESS || value.is_null()) return std::nullopt;
  return value;
}

inline std::string_view text_of(std::optional<ComponentJson> value) {
  std::string_view text;
  if (!value || value->get(text) != simdjson::SUCCESS) return {};
  return text;
}
inline std::string_view text_at(std::optional<ComponentJson> parent, std::string_view key) {
  return text_of(child(parent, key));
}

inline bool flag_at(std::optional<ComponentJson> parent, std::string_view key, bool otherwise) {
  const auto value = child(parent, key);
  bool flag = otherwise;
  if (value && value->get(flag) != simdjson::SUCCESS) return otherwise;
  return flag;
}

inline std::optional<int64_t> number_at(std::optional<ComponentJson> parent, std::string_view key) {
  const auto value = child(parent, key);
  int64_t number = 0;
  if (!value || value->get(number) != simdjson::SUCCESS) return std::nullopt;
  return number;
}

inline std::optional<simdjson::dom::array> array_at(std::optional<ComponentJson> parent, std::string_view key) {
  const auto value = child(parent, key);
  simdjson::dom::array array;
  if (!value || value->get(array) != simdjson::SUCCESS) return std::nullopt;
  return array;
}

}  // namespace ondol
