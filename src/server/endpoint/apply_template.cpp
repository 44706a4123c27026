// POST /apply-template: a chat as the model's template writes it, as llama.cpp's server gives it.
#include <nlohmann/json.hpp>

#include "server/json/fields.h"
#include "server/openai/answer_fields.h"
#include "server/openai/chat_message.h"
#include "server/service.h"

namespace ondol::endpoint {

static ApiStatus answer(const HttpRequest& http, Service& service, const std::shared_ptr<Responder>& responder) {
  TRY(const Json body, parse_body(http.body));
  Fields fields(body);
  const std::string model = fields.text("model").value_or("");
  ChatPrompt prompt{.messages = read_chat_messages(fields, "messages")};
  read_tools(fields, prompt);
  read_template_variables(fields, prompt);
  TRY(fields.finish());
  service.with_model(model, http, responder,
                     [prompt = std::move(prompt), responder](const std::shared_ptr<HostedModel>& hosted) -> ApiStatus {
                       TRY(const std::string text, chat_text(prompt, *hosted));
                       send_json(*responder, json_text({{"prompt", text}}));
                       return {};
                     });
  return {};
}

extern constinit const Endpoint apply_template{"POST", "/apply-template", Endpointed::kPrepared, answer};

}  // namespace ondol::endpoint
