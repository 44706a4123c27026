// POST /v1/messages.  Source: Anthropic API reference, "Create a Message".
#include <nlohmann/json.hpp>

#include "server/anthropic/message_answer.h"
#include "server/anthropic/message_fields.h"
#include "server/sampling_fields.h"
#include "server/server_messages.h"
#include "server/service.h"

namespace ondol::endpoint {

static ApiStatus answer(const HttpRequest& http, Service& service, const std::shared_ptr<Responder>& responder) {
  TRY(const Json body, parse_body(http.body));
  Fields fields(body);
  AnswerRequest request{.model = fields.text("model").value_or("")};
  request.prompt = read_anthropic_prompt(fields, request.format);
  read_sampler(fields, request);
  request.options.stops = fields.texts("stop_sequences", kMostStops);
  const auto most = fields.integer("max_tokens", 1, INT32_MAX);
  if (!most) fields.wrong("max_tokens", format_message(msg::kFieldMissing, "max_tokens"));
  request.options.max_tokens = most.value_or(1);
  const bool streams = fields.flag("stream").value_or(false);
  fields.ignore({"metadata", "service_tier", "cache_control"});
  TRY(fields.finish());
  service.answer(std::move(request), anthropic_answer(responder, streams), responder);
  return {};
}

extern constinit const Endpoint v1_messages{"POST", "/v1/messages", Endpointed::kPrepared, answer};

}  // namespace ondol::endpoint
