// POST /v1/responses, which remembers nothing.  Source: OpenAI API reference, "Create a model response".
#include <nlohmann/json.hpp>

#include "server/openai/response_answer.h"
#include "server/openai/response_fields.h"
#include "server/service.h"

namespace ondol::endpoint {

static ApiStatus answer(const HttpRequest& http, Service& service, const std::shared_ptr<Responder>& responder) {
  TRY(const Json body, parse_body(http.body));
  Fields fields(body);
  ResponseRequest request = read_response_request(fields);
  TRY(fields.finish());
  service.answer(std::move(request.answer), response_answer(responder, request.streams, request.echoed), responder);
  return {};
}

extern constinit const Endpoint v1_responses{"POST", "/v1/responses", Endpointed::kPrepared, answer};

}  // namespace ondol::endpoint
