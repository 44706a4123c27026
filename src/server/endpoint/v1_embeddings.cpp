// POST /v1/embeddings.  Source: OpenAI API reference, "Create embeddings".
#include <cstring>
#include <nlohmann/json.hpp>

#include "server/json/fields.h"
#include "server/openai/prompt_list.h"
#include "server/server_messages.h"
#include "server/service.h"
#include "tokenizer/base64.h"

namespace ondol::endpoint {
namespace {

Json vector_json(const std::vector<float>& vector, bool as_base64) {
  if (!as_base64) return vector;
  std::string bytes(vector.size() * sizeof(float), '\0');  // little-endian, as every machine we run on
  std::memcpy(bytes.data(), vector.data(), bytes.size());
  return encode_base64(bytes);
}

std::string answer_body(const Embeddings& embeddings, bool as_base64) {
  Json data = Json::array();
  for (const auto& vector : embeddings.vectors) {
    data.push_back({{"object", "embedding"}, {"index", data.size()}, {"embedding", vector_json(vector, as_base64)}});
  }
  return json_text({{"object", "list"},
                    {"data", std::move(data)},
                    {"model", embeddings.model->name},
                    {"usage", {{"prompt_tokens", embeddings.n_tokens}, {"total_tokens", embeddings.n_tokens}}}});
}

ApiStatus answer(const HttpRequest& http, Service& service, const std::shared_ptr<Responder>& responder) {
  TRY(const Json body, parse_body(http.body));
  Fields fields(body);
  EmbeddingRequest wish{.model = fields.text("model").value_or(""), .texts = read_prompt_list(fields, "input")};
  const bool as_base64 = fields.word("encoding_format", {"float", "base64"}) == "base64";
  wish.n_dimensions = fields.integer("dimensions", 1, INT32_MAX);
  fields.ignore({"user"});
  TRY(fields.finish());
  service.embed(std::move(wish), http, responder, [responder, as_base64](const Embeddings& done) {
    send_json(*responder, answer_body(done, as_base64));
  });
  return {};
}

}  // namespace

extern constinit const Endpoint v1_embeddings{"POST", "/v1/embeddings", Endpointed::kPrepared, answer};

}  // namespace ondol::endpoint
