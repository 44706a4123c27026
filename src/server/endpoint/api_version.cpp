// GET /api/version.
#include <nlohmann/json.hpp>

#include "server/json/json_text.h"
#include "server/service.h"

namespace ondol::endpoint {

static ApiStatus answer(const HttpRequest&, Service& service, const std::shared_ptr<Responder>& responder) {
  send_json(*responder, json_text({{"version", service.options().version}}));
  return {};
}

extern constinit const Endpoint api_version{"GET", "/api/version", Endpointed::kAtOnce, answer};

}  // namespace ondol::endpoint
