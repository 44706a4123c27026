// POST /v1/chat/completions.  Source: OpenAI API reference, "Create chat completion".
#include <nlohmann/json.hpp>

#include "server/openai/answer_fields.h"
#include "server/openai/chat_answer.h"
#include "server/openai/chat_message.h"
#include "server/openai/delivery.h"
#include "server/server_messages.h"
#include "server/service.h"

namespace ondol::endpoint {
namespace {

void read_likelihoods(Fields& fields, AnswerRequest& request) {
  const bool wanted = fields.flag("logprobs").value_or(false);
  const auto n_top = fields.integer("top_logprobs", 0, 20);
  if (n_top && !wanted) {
    fields.wrong("top_logprobs", format_message(msg::kFieldNeeds, fields.path_of("top_logprobs"), "logprobs"));
  }
  if (wanted) request.options.n_top_likelihoods = static_cast<int>(n_top.value_or(0));
}

ApiStatus answer(const HttpRequest& http, Service& service, const std::shared_ptr<Responder>& responder) {
  TRY(const Json body, parse_body(http.body));
  Fields fields(body);
  AnswerRequest request{.model = fields.text("model").value_or("")};
  ChatPrompt prompt{.messages = read_chat_messages(fields, "messages")};
  read_tools(fields, prompt);
  read_template_variables(fields, prompt);
  read_sampling(fields, request);
  read_format(fields, request);
  read_likelihoods(fields, request);
  const auto most = fields.integer("max_completion_tokens", 0, INT32_MAX);
  const auto most_by_old_name = fields.integer("max_tokens", 0, INT32_MAX);
  request.options.max_tokens = most.value_or(most_by_old_name.value_or(-1));
  const Delivery delivery = read_delivery(fields);
  fields.refuse_unless("modalities", {R"(["text"])"});
  ignore_bookkeeping(fields);
  TRY(fields.finish());
  request.prompt = std::move(prompt);
  const int n = request.n;
  service.answer(std::move(request),
                 delivery.streams ? streamed_chat_answer(responder, n, delivery) : whole_chat_answer(responder, n),
                 responder);
  return {};
}

}  // namespace

extern constinit const Endpoint v1_chat_completions{"POST", "/v1/chat/completions", Endpointed::kPrepared, answer};

}  // namespace ondol::endpoint
