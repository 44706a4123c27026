// POST /lora-adapters: the scales of requests that say none, from now on.
#include <nlohmann/json.hpp>

#include "server/openai/adapter_fields.h"
#include "server/server_messages.h"
#include "server/service.h"

namespace ondol::endpoint {

static ApiStatus answer(const HttpRequest& http, Service& service, const std::shared_ptr<Responder>& responder) {
  TRY(const Json body, parse_json(http.body));
  if (!body.is_array()) return refuse(400, std::string(msg::kBodyNotAList.text()));
  TRY(const auto changes, read_adapter_scales(body, ""));
  service.with_model("", http, responder, [changes, responder](const std::shared_ptr<HostedModel>& model) -> ApiStatus {
    TRY(auto scales, change_scales(model->adapter_scales.get(), changes));
    model->adapter_scales.set(std::move(scales));
    send_json(*responder, R"({"success":true})");
    return {};
  });
  return {};
}

extern constinit const Endpoint lora_adapters_set{"POST", "/lora-adapters", Endpointed::kPrepared, answer};

}  // namespace ondol::endpoint
