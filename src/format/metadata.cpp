#include "format/metadata.h"

namespace ondol {

const MetaValue* Metadata::find(std::string_view key) const {
  const auto found = index_.find(key);
  return found == index_.end() ? nullptr : &entries_[found->second].second;
}

std::optional<int64_t> Metadata::get_int(std::string_view key) const {
  const MetaValue* value = find(key);
  const auto* number = value ? std::get_if<int64_t>(&value->value) : nullptr;
  return number ? std::optional(*number) : std::nullopt;
}

std::optional<double> Metadata::get_float(std::string_view key) const {
  const MetaValue* value = find(key);
  if (!value) return std::nullopt;
  if (const auto* number = std::get_if<double>(&value->value)) return *number;
  if (const auto* integer = std::get_if<int64_t>(&value->value)) return static_cast<double>(*integer);
  return std::nullopt;
}

std::optional<bool> Metadata::get_bool(std::string_view key) const {
  const MetaValue* value = find(key);
  const auto* boolean = value ? std::get_if<bool>(&value->value) : nullptr;
  return boolean ? std::optional(*boolean) : std::nullopt;
}

std::optional<std::string_view> Metadata::get_string(std::string_view key) const {
  const MetaValue* value = find(key);
  const auto* text = value ? std::get_if<std::string>(&value->value) : nullptr;
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

std::optional<std::span<const int64_t>> Metadata::get_ints(std::string_view key) const {
  const MetaValue* value = find(key);
  const auto* array = value ? std::get_if<std::vector<int64_t>>(&value->value) : nullptr;
  return array ? std::optional<std::span<const int64_t>>(*array) : std::nullopt;
}

std::optional<std::span<const double>> Metadata::get_floats(std::string_view key) const {
  const MetaValue* value = find(key);
  const auto* array = value ? std::get_if<std::vector<double>>(&value->value) : nullptr;
  return array ? std::optional<std::span<const double>>(*array) : std::nullopt;
}

std::optional<std::span<const std::string>> Metadata::get_strings(std::string_view key) const {
  const MetaValue* value = find(key);
  const auto* array = value ? std::get_if<std::vector<std::string>>(&value->value) : nullptr;
  return array ? std::optional<std::span<const std::string>>(*array) : std::nullopt;
}

void Metadata::set(std::string_view key, MetaValue value) {
  const auto [place, is_new] = index_.try_emplace(std::string(key), entries_.size());
  if (is_new) entries_.emplace_back(key, std::move(value));
  else entries_[place->second].second = std::move(value);
}

void Metadata::set_u32(std::string_view key, uint32_t value) {
  set(key, {.type = MetaType::kU32, .value = static_cast<int64_t>(value)});
}
void Metadata::set_f32(std::string_view key, float value) {
  set(key, {.type = MetaType::kF32, .value = static_cast<double>(value)});
}
void Metadata::set_bool(std::string_view key, bool value) { set(key, {.type = MetaType::kBool, .value = value}); }
void Metadata::set_string(std::string_view key, std::string value) {
  set(key, {.type = MetaType::kString, .value = std::move(value)});
}
void Metadata::set_i32s(std::string_view key, std::vector<int64_t> values) {
  set(key, {.type = MetaType::kArray, .element_type = MetaType::kI32, .value = std::move(values)});
}
void Metadata::set_f32s(std::string_view key, std::vector<double> values) {
  set(key, {.type = MetaType::kArray, .element_type = MetaType::kF32, .value = std::move(values)});
}
void Metadata::set_strings(std::string_view key, std::vector<std::string> values) {
  set(key, {.type = MetaType::kArray, .element_type = MetaType::kString, .value = std::move(values)});
}

void Metadata::erase(std::string_view key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return;
  const size_t place = found->second;
  index_.erase(found);
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(place));
  for (auto& entry : index_) {
    if (entry.second > place) --entry.second;
  }
}

}  // namespace ondol
