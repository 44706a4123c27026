// POST /api/embed: texts to vectors.  Source: Ollama API documentation, "Generate Embeddings".
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "server/ollama/model_name.h"
#include "server/ollama/request_fields.h"
#include "server/ollama/timestamp.h"
#include "server/openai/prompt_list.h"
#include "server/service.h"

namespace ondol::endpoint {
namespace {

ApiStatus answer(const HttpRequest& http, Service& service, const std::shared_ptr<Responder>& responder) {
  const double began_s = now_s();
  TRY(const Json body, parse_body(http.body));
  Fields fields(body);
  const std::string name = read_model_name(fields);
  EmbeddingRequest wish{.model = name_without_tag(name), .texts = read_prompt_list(fields, "input")};
  wish.n_dimensions = fields.integer("dimensions", 1, INT32_MAX);
  wish.keep = read_embedding_options(fields);
  TRY(fields.finish());
  service.embed(std::move(wish), http, responder, [responder, name, began_s](const Embeddings& done) {
    send_json(*responder, json_text({{"model", name},
                                     {"embeddings", done.vectors},
                                     {"total_duration", nanoseconds(now_s() - began_s)},
                                     {"load_duration", 0},
                                     {"prompt_eval_count", done.n_tokens}}));
  });
  return {};
}

}  // namespace

extern constinit const Endpoint api_embed{"POST", "/api/embed", Endpointed::kPrepared, answer};

}  // namespace ondol::endpoint
