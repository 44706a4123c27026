// POST /v1/messages/count_tokens.  Source: Anthropic API reference, "Count tokens in a Message".
#include <nlohmann/json.hpp>

#include "server/anthropic/message_fields.h"
#include "server/service.h"

namespace ondol::endpoint {

static ApiStatus answer(const HttpRequest& http, Service& service, const std::shared_ptr<Responder>& responder) {
  TRY(const Json body, parse_body(http.body));
  Fields fields(body);
  const std::string name = fields.text("model").value_or("");
  FormatWish wish;
  const ChatPrompt prompt = read_anthropic_prompt(fields, wish);
  fields.ignore({"cache_control"});
  TRY(fields.finish());
  service.with_model(name, http, responder,
                     [responder, prompt](const std::shared_ptr<HostedModel>& model) -> ApiStatus {
                       TRY(const auto tokens, chat_tokens(prompt, *model));
                       send_json(*responder, json_text({{"input_tokens", tokens.size()}}));
                       return {};
                     });
  return {};
}

extern constinit const Endpoint v1_messages_count_tokens{"POST", "/v1/messages/count_tokens", Endpointed::kPrepared,
                                                         answer};

}  // namespace ondol::endpoint
