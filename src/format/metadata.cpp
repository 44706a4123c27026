#include "format/metadata.h"

namespace ondol {
namespace {

// Of a text behind its std::string: short ones lie inside it; others stand in blocks of 16 bytes, of which the heap
// keeps 8 for itself (glibc's malloc).
int64_t text_heap_bytes(const std::string& text) {
  static const size_t kInside = std::string().capacity();
  return text.capacity() <= kInside ? 0 : (static_cast<int64_t>(text.capacity()) + 1 + 8 + 15) / 16 * 16;
}

int64_t value_heap_bytes(const MetaValue& value) {
  if (const auto* text = std::get_if<std::string>(&value.value)) return text_heap_bytes(*text);
  if (const auto* ints = std::get_if<std::vector<int64_t>>(&value.value)) return std::ssize(*ints) * 8;
  if (const auto* floats = std::get_if<std::vector<double>>(&value.value)) return std::ssize(*floats) * 8;
  const auto* texts = std::get_if<std::vector<std::string>>(&value.value);
  if (texts == nullptr) return 0;
  int64_t bytes = std::ssize(*texts) * static_cast<int64_t>(sizeof(std::string));
  for (const std::string& text : *texts) bytes += text_heap_bytes(text);
  return bytes;
}

}  // namespace

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

int64_t Metadata::heap_bytes() const {
  constexpr int64_t kNodeBytes = 48;  // what a map adds to its pair
  int64_t bytes = 0;
  for (const auto& [key, value] : entries_) {
    bytes += static_cast<int64_t>(sizeof(entries_[0])) + 2 * text_heap_bytes(key) + value_heap_bytes(value);
    bytes += static_cast<int64_t>(sizeof(std::pair<const std::string, size_t>)) + kNodeBytes;
  }
  return bytes;
}

}  // namespace ondol
