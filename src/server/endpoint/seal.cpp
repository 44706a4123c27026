// GET /seal: the receipt of a sealed server; 404 where it is not sealed.
#include "server/server_messages.h"
#include "server/service.h"

namespace ondol::endpoint {

static ApiStatus answer(const HttpRequest&, Service& service, const std::shared_ptr<Responder>& responder) {
  if (!service.options().seal) return refuse(404, std::string(msg::kNotSealed.text()));
  send_json(*responder, service.options().seal());
  return {};
}

extern constinit const Endpoint seal{"GET", "/seal", Endpointed::kAtOnce, answer};

}  // namespace ondol::endpoint
