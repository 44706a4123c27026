#include "server/json/json_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "server/server_messages.h"

namespace ondol {
namespace {

struct JsonExtent {
  int depth = 0;         // of lists and objects inside one another
  int64_t n_values = 1;  // at most so many
};

// Of text that may be JSON.
JsonExtent extent_of(std::string_view text) {
  JsonExtent extent;
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
      extent.depth = std::max(extent.depth, ++depth);
      ++extent.n_values;
    } else if (c == ']' || c == '}') {
      --depth;
    } else if (c == ',') {
      ++extent.n_values;
    }
  }
  return extent;
}

}  // namespace

ApiResult<Json> parse_json(std::string_view text) {
  const JsonExtent extent = extent_of(text);
  if (extent.depth > kMaxJsonDepth) return refuse(400, format_message(msg::kJsonTooDeep, kMaxJsonDepth));
  if (extent.n_values > kMaxJsonValues) return refuse(400, format_message(msg::kJsonTooLarge, kMaxJsonValues));
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
