// POST /detokenize: the text of tokens, as llama.cpp's server gives it.
#include <nlohmann/json.hpp>

#include "server/json/fields.h"
#include "server/openai/token_list.h"
#include "server/service.h"

namespace ondol::endpoint {

static ApiStatus answer(const HttpRequest& http, Service& service, const std::shared_ptr<Responder>& responder) {
  TRY(const Json body, parse_body(http.body));
  Fields fields(body);
  const std::string model = fields.text("model").value_or("");
  const std::vector<TokenId> tokens = read_token_list(fields, "tokens");
  TRY(fields.finish());
  service.with_model(model, http, responder, [=](const std::shared_ptr<HostedModel>& hosted) -> ApiStatus {
    send_json(*responder, json_text({{"content", hosted->model.tokenizer->decode(tokens, /*special=*/true)}}));
    return {};
  });
  return {};
}

extern constinit const Endpoint detokenize{"POST", "/detokenize", Endpointed::kPrepared, answer};

}  // namespace ondol::endpoint
