// GET /health: whether requests are taken.  Needs no key.
#include "server/service.h"

namespace ondol::endpoint {

static ApiStatus answer(const HttpRequest&, Service&, const std::shared_ptr<Responder>& responder) {
  send_json(*responder, R"({"status":"ok"})");
  return {};
}

extern constinit const Endpoint health{"GET", "/health", Endpointed::kAtOnce, answer};

}  // namespace ondol::endpoint
