// GET /props: the first model and the server, as llama.cpp's clients and the page ask for them.
#include <nlohmann/json.hpp>

#include "server/json/json_text.h"
#include "server/process_memory.h"
#include "server/service.h"

namespace ondol::endpoint {

static ApiStatus answer(const HttpRequest&, Service& service, const std::shared_ptr<Responder>& responder) {
  Json names = Json::array();
  for (const auto& place : service.shelf().places()) names.push_back(place.name);
  Json props = {{"version", service.options().version},
                {"model", names.front()},
                {"models", names},
                {"memory_bytes", resident_bytes()},
                {"sealed", service.seal.has_value()}};
  const auto first = service.shelf().first();
  props["context_length"] = first ? Json(first->context_length) : Json(nullptr);
  props["total_slots"] = service.options().n_slots;
  props["chat_template"] = first != nullptr && first->chat.has_value();
  props["output_schema"] =
      first && first->stored_schema ? Json::parse(*first->stored_schema, nullptr, false) : Json(nullptr);
  send_json(*responder, json_text(props));
  return {};
}

extern constinit const Endpoint props{"GET", "/props", Endpointed::kAtOnce, answer};

}  // namespace ondol::endpoint
