#include "server/json/json_text.h"

#include <nlohmann/json.hpp>
#include <set>

#include "server/server_messages.h"

namespace ondol {
namespace {

// Whether lists and objects are nested more than kMaxJsonDepth deep, for text that may be JSON.
bool is_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      else if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxJsonDepth) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

}  // namespace

ApiResult<Json> parse_json(std::string_view text) {
  if (is_too_deep(text)) return refuse(400, format_message(msg::kJsonTooDeep, kMaxJsonDepth));
  std::vector<std::set<std::string>> keys;
  std::string twice;
  const auto watch_keys = [&](int, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(value.get<std::string>()).second) {
      twice = value.get<std::string>();
    }
    return true;
  };
  Json json = Json::parse(text, watch_keys, /*allow_exceptions=*/false);
  if (json.is_discarded()) return refuse(400, std::string(msg::kBodyNotJson.text()));
  if (!twice.empty()) return refuse(400, std::string(msg::kJsonKeyTwice.text()), twice);
  return json;
}

ApiResult<Json> parse_body(std::string_view text) {
  TRY(Json json, parse_json(text));
  if (!json.is_object()) return refuse(400, std::string(msg::kBodyNotAnObject.text()));
  return json;
}

std::string json_text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace ondol
