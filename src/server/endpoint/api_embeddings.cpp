// POST /api/embeddings, the older form: one text.  Source: Ollama API documentation, "Generate Embedding".
#include <nlohmann/json.hpp>

#include "server/ollama/model_name.h"
#include "server/ollama/request_fields.h"
#include "server/service.h"

namespace ondol::endpoint {
namespace {

ApiStatus answer(const HttpRequest& http, Service& service, const std::shared_ptr<Responder>& responder) {
  TRY(const Json body, parse_body(http.body));
  Fields fields(body);
  EmbeddingRequest wish{.model = name_without_tag(read_model_name(fields)), .texts = {fields.needed_text("prompt")}};
  wish.keep = read_embedding_options(fields);
  TRY(fields.finish());
  service.embed(std::move(wish), http, responder, [responder](const Embeddings& done) {
    send_json(*responder, json_text({{"embedding", done.vectors.front()}}));
  });
  return {};
}

}  // namespace

extern constinit const Endpoint api_embeddings{"POST", "/api/embeddings", Endpointed::kPrepared, answer};

}  // namespace ondol::endpoint
