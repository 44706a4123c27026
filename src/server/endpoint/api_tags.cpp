// GET /api/tags: the models that are served.  Source: Ollama API documentation, "List local models".
#include <nlohmann/json.hpp>

#include "server/ollama/model_json.h"
#include "server/ollama/timestamp.h"
#include "server/service.h"

namespace ondol::endpoint {

static ApiStatus answer(const HttpRequest&, Service& service, const std::shared_ptr<Responder>& responder) {
  Json models = Json::array();
  for (const auto& place : service.shelf().places()) {
    Json model = ollama_model_json(place);
    model["modified_at"] = timestamp(1'000'000 * place.created_s);
    models.push_back(std::move(model));
  }
  send_json(*responder, json_text({{"models", std::move(models)}}));
  return {};
}

extern constinit const Endpoint api_tags{"GET", "/api/tags", Endpointed::kAtOnce, answer};

}  // namespace ondol::endpoint
