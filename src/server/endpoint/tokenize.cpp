// POST /tokenize: a text's tokens, as llama.cpp's server gives them.
#include <nlohmann/json.hpp>

#include "server/json/fields.h"
#include "server/server_messages.h"
#include "server/service.h"

namespace ondol::endpoint {
namespace {

// A token's text where it is UTF-8 by itself, else its bytes.
Json piece_json(const std::string& piece) {
  if (repair_utf8(piece).n_replaced == 0) return piece;
  Json bytes = Json::array();
  for (const char byte : piece) bytes.push_back(static_cast<uint8_t>(byte));
  return bytes;
}

ApiStatus answer(const HttpRequest& http, Service& service, const std::shared_ptr<Responder>& responder) {
  TRY(const Json body, parse_body(http.body));
  Fields fields(body);
  const std::string model = fields.text("model").value_or("");
  const auto content = fields.text("content");
  if (!content) fields.wrong("content", format_message(msg::kFieldMissing, "content"));
  const EncodeOptions options{.add_bos = fields.flag("add_special").value_or(false),
                              .parse_special = fields.flag("parse_special").value_or(false)};
  const bool with_pieces = fields.flag("with_pieces").value_or(false);
  TRY(fields.finish());
  service.with_model(model, http, responder, [=](const std::shared_ptr<HostedModel>& hosted) -> ApiStatus {
    const Tokenizer& tokenizer = *hosted->model.tokenizer;
    Json tokens = Json::array();
    for (const TokenId token : tokenizer.encode(*content, options)) {
      const auto id = static_cast<int32_t>(token);
      if (with_pieces) tokens.push_back({{"id", id}, {"piece", piece_json(tokenizer.piece(token, /*special=*/true))}});
      else tokens.push_back(id);
    }
    send_json(*responder, json_text({{"tokens", std::move(tokens)}}));
    return {};
  });
  return {};
}

}  // namespace

extern constinit const Endpoint tokenize{"POST", "/tokenize", Endpointed::kPrepared, answer};

}  // namespace ondol::endpoint
