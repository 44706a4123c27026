// GET /api/ps: the models that are loaded.  Source: Ollama API documentation, "List running models".
#include <nlohmann/json.hpp>

#include "server/ollama/model_json.h"
#include "server/ollama/timestamp.h"
#include "server/service.h"

namespace ondol::endpoint {

static ApiStatus answer(const HttpRequest&, Service& service, const std::shared_ptr<Responder>& responder) {
  Json models = Json::array();
  for (const auto& place : service.shelf().places()) {
    if (place.model == nullptr) continue;
    Json model = ollama_model_json(place);
    model["size"] = place.model->memory_bytes;
    model["size_vram"] = 0;
    model["context_length"] = place.model->context_length;
    model["expires_at"] = timestamp_in(place.left_s);
    models.push_back(std::move(model));
  }
  send_json(*responder, json_text({{"models", std::move(models)}}));
  return {};
}

extern constinit const Endpoint api_ps{"GET", "/api/ps", Endpointed::kAtOnce, answer};

}  // namespace ondol::endpoint
