// POST /api/chat.  Source: Ollama API documentation, "Generate a chat completion".
#include <nlohmann/json.hpp>

#include "server/ollama/chat_message.h"
#include "server/ollama/silent_request.h"
#include "server/service.h"
#include "server/tool_choice.h"

namespace ondol::endpoint {
namespace {

ApiStatus answer(const HttpRequest& http, Service& service, const std::shared_ptr<Responder>& responder) {
  TRY(const Json body, parse_body(http.body));
  Fields fields(body);
  OllamaRequest request = read_ollama_request(fields);
  ChatPrompt prompt{.messages = read_ollama_messages(fields)};
  const Json* tools = fields.list("tools", kMostTools);
  offer_tools(fields, tools != nullptr ? *tools : Json::array(), {}, prompt);
  set_variables(prompt, Json::object(), request.thinking);
  TRY(fields.finish());
  if (prompt.messages.empty()) return answer_silent_request(request, http, service, responder);
  request.answer.prompt = std::move(prompt);
  service.answer(std::move(request.answer), ollama_answer(responder, std::move(request.delivery)), responder);
  return {};
}

}  // namespace

extern constinit const Endpoint api_chat{"POST", "/api/chat", Endpointed::kPrepared, answer};

}  // namespace ondol::endpoint
