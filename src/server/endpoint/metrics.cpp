// GET /metrics: counts for Prometheus.
#include "server/process_memory.h"
#include "server/service.h"

namespace ondol::endpoint {

static ApiStatus answer(const HttpRequest&, Service& service, const std::shared_ptr<Responder>& responder) {
  responder->send({.content_type = "text/plain; version=0.0.4; charset=utf-8",
                   .body = prometheus_text(service.metrics(), *service.traffic, resident_bytes(), service.uptime_s())});
  return {};
}

extern constinit const Endpoint metrics{"GET", "/metrics", Endpointed::kAtOnce, answer};

}  // namespace ondol::endpoint
