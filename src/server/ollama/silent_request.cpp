#include "server/ollama/silent_request.h"

namespace ondol {

ApiStatus answer_silent_request(const OllamaRequest& request, const HttpRequest& http, Service& service,
                                const std::shared_ptr<Responder>& responder) {
  const AnswerRequest& answer = request.answer;
  if (answer.keep_s == 0.0) {
    TRY(service.shelf().give_up(answer.model));
    send_silence(*responder, request.delivery, "unload");
    return {};
  }
  const auto loaded = [responder, delivery = request.delivery](const auto&) -> ApiStatus {
    send_silence(*responder, delivery, "load");
    return {};
  };
  service.with_model(answer.model, http, responder, loaded, answer.keep_s);
  return {};
}

}  // namespace ondol
