// POST /v1/completions.  Source: OpenAI API reference, "Create completion".
#include <nlohmann/json.hpp>

#include "server/openai/answer_fields.h"
#include "server/openai/prompt_list.h"
#include "server/openai/text_answer.h"
#include "server/server_messages.h"
#include "server/service.h"

namespace ondol::endpoint {
namespace {

constexpr int64_t kUsualTokens = 16;

ApiStatus answer(const HttpRequest& http, Service& service, const std::shared_ptr<Responder>& responder) {
  TRY(const Json body, parse_body(http.body));
  Fields fields(body);
  AnswerRequest request{.model = fields.text("model").value_or("")};
  std::vector<RawPrompt> prompts = read_prompt_list(fields, "prompt");
  read_sampling(fields, request);
  read_format(fields, request);
  request.options.max_tokens = fields.integer("max_tokens", 0, INT32_MAX).value_or(kUsualTokens);
  const auto n_top = fields.integer("logprobs", 0, 5);
  if (n_top) request.options.n_top_likelihoods = static_cast<int>(*n_top);
  TextAnswerOptions options{.delivery = read_delivery(fields),
                            .n_prompts = static_cast<int>(prompts.size()),
                            .n_each = request.n,
                            .has_likelihoods = n_top.has_value()};
  if (std::ssize(prompts) * request.n > kMostPrompts) {
    fields.wrong("n", format_message(msg::kFieldTooMany, "prompt", std::ssize(prompts) * request.n, kMostPrompts));
  }
  if (fields.flag("echo").value_or(false)) {
    options.echoed = prompts;
    // those of the prompt's own tokens are not known
    if (n_top) fields.wrong("echo", format_message(msg::kFieldExcludes, "echo", "logprobs"));
  }
  fields.refuse_unless("best_of", {std::to_string(request.n)});
  fields.refuse_unless("suffix", {R"("")"});
  ignore_bookkeeping(fields);
  TRY(fields.finish());
  request.prompt = std::move(prompts);
  service.answer(std::move(request), text_answer(responder, std::move(options)), responder);
  return {};
}

}  // namespace

extern constinit const Endpoint v1_completions{"POST", "/v1/completions", Endpointed::kPrepared, answer};

}  // namespace ondol::endpoint
