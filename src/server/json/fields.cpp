#include "server/json/fields.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/utf8.h"
#include "server/server_messages.h"

namespace ondol {

Fields::Fields(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
  if (!object_.is_object()) {
    const std::string name = where_.empty() ? "" : where_.substr(0, where_.size() - 1);
    error_ = refuse(400, format_message(msg::kFieldKind, name, "object"), name).value();
  }
}

void Fields::wrong(std::string_view name, std::string message) {
  if (!error_) error_ = refuse(400, std::move(message), path_of(name)).value();
}

void Fields::keep(const ApiError& error) {
  if (!error_) error_ = error;
}

const Json* Fields::any(std::string_view name) {
  known_.emplace(name);
  if (error_) return nullptr;
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

const Json* Fields::object(std::string_view name) {
  const Json* value = any(name);
  if (value == nullptr || value->is_object()) return value;
  wrong(name, format_message(msg::kFieldKind, path_of(name), "object"));
  return nullptr;
}

const Json* Fields::list(std::string_view name, int64_t most) {
  const Json* value = any(name);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) wrong(name, format_message(msg::kFieldKind, path_of(name), "array"));
  else if (std::ssize(*value) > most)
    wrong(name, format_message(msg::kFieldTooMany, path_of(name), value->size(), most));
  return error_ ? nullptr : value;
}

std::optional<std::string> Fields::text(std::string_view name) {
  const Json* value = any(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  wrong(name, format_message(msg::kFieldKind, path_of(name), "string"));
  return std::nullopt;
}

std::string Fields::needed_text(std::string_view name) {
  auto value = text(name);
  if (!value) wrong(name, format_message(msg::kFieldMissing, path_of(name)));
  return value ? std::move(*value) : "";
}

std::optional<double> Fields::number(std::string_view name, double low, double high) {
  const Json* value = any(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) {
    wrong(name, format_message(msg::kFieldKind, path_of(name), "number"));
    return std::nullopt;
  }
  const auto number = value->get<double>();
  if (number >= low && number <= high) return number;
  wrong(name, format_message(msg::kFieldRange, path_of(name), low, high));
  return std::nullopt;
}

std::optional<int64_t> Fields::integer(std::string_view name, int64_t low, int64_t high) {
  const Json* value = any(name);
  if (value == nullptr) return std::nullopt;
  // 1.0 is the integer 1, too
  const bool is_whole = value->is_number_float() && value->get<double>() == std::trunc(value->get<double>()) &&
                        std::abs(value->get<double>()) < 0x1p53;
  if (!value->is_number_integer() && !is_whole) {
    wrong(name, format_message(msg::kFieldKind, path_of(name), "integer"));
    return std::nullopt;
  }
  const bool is_huge = value->is_number_unsigned() && value->get<uint64_t>() > static_cast<uint64_t>(INT64_MAX);
  const int64_t number = is_huge ? 0 : value->get<int64_t>();
  if (!is_huge && number >= low && number <= high) return number;
  wrong(name, format_message(msg::kFieldRange, path_of(name), low, high));
  return std::nullopt;
}

std::optional<bool> Fields::flag(std::string_view name) {
  const Json* value = any(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  wrong(name, format_message(msg::kFieldKind, path_of(name), "boolean"));
  return std::nullopt;
}

std::optional<std::string> Fields::word(std::string_view name, std::initializer_list<std::string_view> allowed) {
  std::optional<std::string> value = text(name);
  if (!value || std::find(allowed.begin(), allowed.end(), *value) != allowed.end()) return value;
  std::string choices;
  for (const std::string_view choice : allowed) choices.append(choices.empty() ? "" : ", ").append(choice);
  wrong(name, format_message(msg::kFieldChoice, path_of(name), choices));
  return std::nullopt;
}

std::vector<std::string> Fields::texts(std::string_view name, int64_t most) {
  const Json* value = any(name);
  if (value == nullptr) return {};
  if (value->is_string()) return {value->get<std::string>()};
  if (list(name, most) == nullptr) return {};
  std::vector<std::string> all;
  for (const Json& element : *value) {
    if (!element.is_string()) {
      wrong(name, format_message(msg::kFieldKind, path_of(name), "array of strings"));
      return {};
    }
    all.push_back(element.get<std::string>());
  }
  return all;
}

void Fields::ignore(std::initializer_list<std::string_view> names) { known_.insert(names.begin(), names.end()); }

void Fields::refuse_unless(std::string_view name, std::initializer_list<std::string_view> harmless) {
  const Json* value = any(name);
  if (value == nullptr) return;
  const std::string given = json_text(*value);
  if (std::find(harmless.begin(), harmless.end(), given) != harmless.end()) return;
  if (!error_)
    error_ = refuse(400, format_message(msg::kFieldUnsupported, path_of(name)), path_of(name), "unsupported_parameter")
                 .value();
}

ApiStatus Fields::finish() {
  if (error_) return tl::make_unexpected(*error_);
  for (const auto& [name, value] : object_.items()) {
    if (known_.contains(name)) continue;
    const std::string path = path_of(printable(name));
    return refuse(400, format_message(msg::kFieldUnknown, path), path, "unknown_parameter");
  }
  return {};
}

}  // namespace ondol
