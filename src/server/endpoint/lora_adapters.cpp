// GET /lora-adapters: the first model's adapters and the scales of requests that say none, as llama.cpp's server tells.
#include <nlohmann/json.hpp>

#include "server/json/json_text.h"
#include "server/service.h"

namespace ondol::endpoint {

static ApiStatus answer(const HttpRequest&, Service& service, const std::shared_ptr<Responder>& responder) {
  Json adapters = Json::array();
  const auto model = service.shelf().first();
  const std::vector<float> scales = model ? model->adapter_scales.get() : std::vector<float>();
  for (size_t i = 0; i < scales.size(); ++i) {
    adapters.push_back({{"id", i}, {"name", model->adapter_names[i]}, {"scale", scales[i]}});
  }
  send_json(*responder, json_text(adapters));
  return {};
}

extern constinit const Endpoint lora_adapters{"GET", "/lora-adapters", Endpointed::kAtOnce, answer};

}  // namespace ondol::endpoint
