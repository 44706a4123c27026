#include "model/import/json_object.h"

#include "base/file_map.h"
#include "model/import/import_messages.h"

namespace ondol {

Result<JsonObject> JsonObject::parse(std::string_view name, std::string_view text) {
  // The parser keeps its own stack, so depth costs no recursion, and what lies too deep for a configuration is left
  // out, so it costs no memory either.  It does not throw when told so.
  constexpr int kMaxDepth = 32;
  const auto is_shallow = [](int depth, nlohmann::json::parse_event_t, nlohmann::json&) { return depth < kMaxDepth; };
  nlohmann::json value = nlohmann::json::parse(text, is_shallow, /*allow_exceptions=*/false);
  if (!value.is_object()) return fail(ErrorKind::kCorruptFile, msg::kNotAJsonObject, name);
  return JsonObject(std::string(name), std::move(value));
}

Result<JsonObject> JsonObject::open(const std::string& path) {
  constexpr int64_t kMaxBytes = 16 << 20;
  TRY(const std::shared_ptr<const FileMap> map, FileMap::open(path));
  const auto bytes = map->bytes();
  if (std::ssize(bytes) > kMaxBytes) {
    return fail(ErrorKind::kCorruptFile, msg::kJsonTooLarge, path, bytes.size(), kMaxBytes);
  }
  return parse(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

const nlohmann::json* JsonObject::find(std::string_view key) const {
  const auto found = value_.find(key);
  return found == value_.end() || found->is_null() ? nullptr : &*found;
}

bool JsonObject::says_null(std::string_view key) const {
  const auto found = value_.find(key);
  return found != value_.end() && found->is_null();
}

bool JsonObject::has(std::string_view key) const { return find(key) != nullptr; }

int64_t JsonObject::get_int(std::string_view key, std::optional<int64_t> fallback, int64_t low, int64_t high) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) {
    if (!fallback) keep_missing(key);
    return fallback.value_or(low);
  }
  const bool fits = value->is_number_unsigned() ? value->get<uint64_t>() <= static_cast<uint64_t>(high)
                                                : value->is_number_integer() && value->get<int64_t>() <= high;
  if (fits && value->get<int64_t>() >= low) return value->get<int64_t>();
  keep_bad(key, format_message(msg::kAnInteger, low, high));
  return fallback.value_or(low);
}

double JsonObject::get_number(std::string_view key, std::optional<double> fallback, double low, double high) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) {
    if (!fallback) keep_missing(key);
    return fallback.value_or(low);
  }
  if (value->is_number() && value->get<double>() >= low && value->get<double>() <= high) return value->get<double>();
  keep_bad(key, format_message(msg::kANumber, low, high));
  return fallback.value_or(low);
}

bool JsonObject::get_bool(std::string_view key, bool fallback) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return fallback;
  if (value->is_boolean()) return value->get<bool>();
  keep_bad(key, msg::kABoolean.text());
  return fallback;
}

std::string JsonObject::get_text(std::string_view key, std::string fallback) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return fallback;
  if (value->is_string()) return value->get<std::string>();
  keep_bad(key, msg::kAText.text());
  return fallback;
}

JsonObject JsonObject::get_object(std::string_view key) {
  const nlohmann::json* value = find(key);
  if (value != nullptr && value->is_object()) return {name_, *value};
  if (value != nullptr) keep_bad(key, msg::kAnObject.text());
  return {name_, nlohmann::json::object()};
}

std::string JsonObject::shown(std::string_view key) const {
  constexpr size_t kLongest = 60;
  const nlohmann::json* value = find(key);
  if (value == nullptr) return "null";
  if (value->is_structured()) return value->is_array() ? "[...]" : "{...}";
  std::string text = value->dump(-1, ' ', /*ensure_ascii=*/true, nlohmann::json::error_handler_t::replace);
  if (text.size() > kLongest) text.replace(kLongest, std::string::npos, "...");
  return text;
}

Status JsonObject::status() const {
  if (error_) return tl::make_unexpected(*error_);
  return ok();
}

void JsonObject::keep(tl::unexpected<Error> error) {
  if (!error_) error_ = std::move(error.value());
}
void JsonObject::keep_missing(std::string_view key) {
  keep(fail(ErrorKind::kCorruptFile, msg::kConfigMissing, name_, key));
}
void JsonObject::keep_bad(std::string_view key, std::string_view expected) {
  keep(fail(ErrorKind::kCorruptFile, msg::kConfigBadValue, name_, key, shown(key), expected));
}

}  // namespace ondol
