// GET /v1/models/NAME.  Source: OpenAI API reference, "Retrieve model".
#include <nlohmann/json.hpp>

#include "server/openai/model_json.h"
#include "server/server_messages.h"
#include "server/service.h"

namespace ondol::endpoint {

static ApiStatus answer(const HttpRequest& request, Service& service, const std::shared_ptr<Responder>& responder) {
  const std::string name = request.path.substr(std::string_view("/v1/models/").size());
  for (const auto& place : service.shelf().places()) {
    if (place.name != name) continue;
    send_json(*responder, json_text(model_json(place)));
    return {};
  }
  return refuse(404, format_message(msg::kNoSuchModel, printable(name)), "model", "model_not_found");
}

extern constinit const Endpoint v1_models_name{"GET", "/v1/models/*", Endpointed::kAtOnce, answer};

}  // namespace ondol::endpoint
