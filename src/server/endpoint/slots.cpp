// GET /slots: the streams that are computed or wait, without a word of what they say.
#include <nlohmann/json.hpp>

#include "server/json/json_text.h"
#include "server/service.h"

namespace ondol::endpoint {
namespace {

Json slot_json(const std::string& model, const Streams::Info& info) {
  const bool reads = info.n_read < info.n_prompt;
  return {{"id", static_cast<int64_t>(info.id)},
          {"model", model},
          {"state", info.waits ? "queued"
                    : reads    ? "prefill"
                               : "decode"},
          {"is_processing", !info.waits},
          {"n_prompt_tokens", info.n_prompt},
          {"n_prompt_tokens_processed", info.n_read},
          {"n_decoded", info.n_generated}};
}

ApiStatus answer(const HttpRequest&, Service& service, const std::shared_ptr<Responder>& responder) {
  service.engine().post([places = service.shelf().places(), responder] {
    Json slots = Json::array();
    for (const auto& place : places) {
      if (place.model == nullptr || !place.model->streams) continue;
      for (const Streams::Info& info : place.model->streams->infos()) slots.push_back(slot_json(place.name, info));
    }
    send_json(*responder, json_text(slots));
  });
  return {};
}

}  // namespace

extern constinit const Endpoint slots{"GET", "/slots", Endpointed::kAtOnce, answer};

}  // namespace ondol::endpoint
