// POST /api/generate: a chat of one question, or raw text.  Source: Ollama API documentation, "Generate a completion".
#include <nlohmann/json.hpp>

#include "server/ollama/silent_request.h"
#include "server/service.h"

namespace ondol::endpoint {
namespace {

ApiStatus answer(const HttpRequest& http, Service& service, const std::shared_ptr<Responder>& responder) {
  TRY(const Json body, parse_body(http.body));
  Fields fields(body);
  OllamaRequest request = read_ollama_request(fields);
  request.delivery.is_chat = false;
  const std::string text = fields.text("prompt").value_or(""), system = fields.text("system").value_or("");
  const bool is_raw = fields.flag("raw").value_or(false);
  fields.refuse_unless("suffix", {R"("")"});
  fields.refuse_unless("template", {R"("")"});
  fields.refuse_unless("context", {"[]"});
  fields.refuse_unless("images", {"[]"});
  TRY(fields.finish());
  if (text.empty()) return answer_silent_request(request, http, service, responder);
  ChatPrompt chat;
  if (!system.empty()) chat.messages.push_back({.role = Role::kSystem, .text = system});
  chat.messages.push_back({.role = Role::kUser, .text = text});
  set_variables(chat, Json::object(), request.thinking);
  request.answer.prompt = std::move(chat);
  if (is_raw) request.answer.prompt = std::vector<RawPrompt>{text};
  const auto sink = ollama_answer(responder, request.delivery);
  const auto go_on = [&service, responder, sink, request, text, system](const std::shared_ptr<HostedModel>& model) {
    AnswerRequest asked = request.answer;
    // a model that knows no chat goes on with the text
    if (!model->chat && system.empty()) asked.prompt = std::vector<RawPrompt>{text};
    service.answer(std::move(asked), sink, responder);
    return ApiStatus();
  };
  service.with_model(request.answer.model, http, responder, go_on);
  return {};
}

}  // namespace

extern constinit const Endpoint api_generate{"POST", "/api/generate", Endpointed::kPrepared, answer};

}  // namespace ondol::endpoint
