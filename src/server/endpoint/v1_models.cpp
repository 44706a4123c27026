// GET /v1/models: the models that are served.  Source: OpenAI API reference, "List models".
#include <nlohmann/json.hpp>

#include "server/openai/model_json.h"
#include "server/service.h"

namespace ondol::endpoint {

static ApiStatus answer(const HttpRequest&, Service& service, const std::shared_ptr<Responder>& responder) {
  Json models = Json::array();
  for (const auto& place : service.shelf().places()) models.push_back(model_json(place));
  send_json(*responder, json_text({{"object", "list"}, {"data", std::move(models)}}));
  return {};
}

extern constinit const Endpoint v1_models{"GET", "/v1/models", Endpointed::kAtOnce, answer};

}  // namespace ondol::endpoint
