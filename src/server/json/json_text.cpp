#include "server/json/json_text.h"

#include <nlohmann/json.hpp>

#include "base/utf8.h"
#include "server/json/body_watch.h"
#include "server/server_messages.h"

namespace ondol {

ApiResult<Json> parse_json(std::string_view text) {
  BodyWatch watch;
  Json::sax_parse(text, &watch);
  switch (watch.fault()) {
    case BodyWatch::Fault::kNotJson:
      return refuse(400, std::string(msg::kBodyNotJson.text()));
    case BodyWatch::Fault::kTooDeep:
      return refuse(400, format_message(msg::kBodyTooDeep, kMaxJsonDepth));
    case BodyWatch::Fault::kTooLarge:
      return refuse(400, format_message(msg::kBodyTooManyValues, kMaxJsonValues));
    case BodyWatch::Fault::kKeyTwice:
      return refuse(400, std::string(msg::kJsonKeyTwice.text()), printable(watch.key()));
    case BodyWatch::Fault::kNone:
      break;
  }
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

ApiResult<Json> parse_body(std::string_view text) {
  TRY(Json json, parse_json(text));
  if (!json.is_object()) return refuse(400, std::string(msg::kBodyNotAnObject.text()));
  return json;
}

std::string json_text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace ondol
