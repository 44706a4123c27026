// A request to Ollama's API that says nothing: it loads its model, or, with "keep_alive" 0, gives it up.
#pragma once

#include <memory>

#include "server/ollama/request_fields.h"
#include "server/service.h"

namespace ondol {

ApiStatus answer_silent_request(const OllamaRequest& request, const HttpRequest& http, Service& service,
                                const std::shared_ptr<Responder>& responder);

}  // namespace ondol
