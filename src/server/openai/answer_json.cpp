#include "server/openai/answer_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "server/new_id.h"

namespace ondol {
namespace {

double rate(int64_t n, double seconds) { return n > 0 && seconds > 0 ? static_cast<double>(n) / seconds : 0; }
double per_token_ms(int64_t n, double seconds) { return n > 0 ? 1000 * seconds / static_cast<double>(n) : 0; }

Json likelihood_json(std::string_view text, float log_probability) {
  Json bytes = Json::array();
  for (const char c : text) bytes.push_back(static_cast<uint8_t>(c));
  return {{"token", text}, {"logprob", finite_logprob(log_probability)}, {"bytes", bytes}};
}

}  // namespace

void TokenUsage::add(const Generated& generated, bool counts_prompt) {
  n_generated += std::ssize(generated.tokens);
  if (!counts_prompt) return;
  n_prompt += generated.n_prompt_tokens;
  n_cached += generated.n_cached_tokens;
}

Json TokenUsage::json() const {
  return {{"prompt_tokens", n_prompt},
          {"completion_tokens", n_generated},
          {"total_tokens", n_prompt + n_generated},
          {"prompt_tokens_details", {{"cached_tokens", n_cached}}}};
}

float finite_logprob(float log_probability) { return std::isfinite(log_probability) ? log_probability : -9999.0f; }

Json timings_of(const Generated& g) {
  const int64_t n_computed = g.n_prompt_tokens - g.n_cached_tokens;
  const int64_t n_decoded = std::max<int64_t>(std::ssize(g.tokens) - 1, 0);  // the first token is the prefill's
  return {{"cache_n", g.n_cached_tokens},
          {"prompt_n", n_computed},
          {"prompt_ms", 1000 * g.prefill_s},
          {"prompt_per_token_ms", per_token_ms(n_computed, g.prefill_s)},
          {"prompt_per_second", rate(n_computed, g.prefill_s)},
          {"predicted_n", g.tokens.size()},
          {"predicted_ms", 1000 * g.decode_s},
          {"predicted_per_token_ms", per_token_ms(n_decoded, g.decode_s)},
          {"predicted_per_second", rate(n_decoded, g.decode_s)}};
}

std::string_view finish_reason(const FinishedChoice& finished) {
  if (finished.generated.reason == FinishReason::kLength) return "length";
  return finished.answer.tool_calls.empty() || finished.answer.cut_call ? "stop" : "tool_calls";
}

Json call_json(const ToolCall& call) {
  return {{"id", call.id.empty() ? new_id("call_") : call.id},
          {"type", "function"},
          {"function", {{"name", call.name}, {"arguments", call.arguments}}}};
}

Json calls_json(const std::vector<ToolCall>& calls) {
  Json list = Json::array();
  for (const ToolCall& call : calls) list.push_back(call_json(call));
  return list;
}

Json token_json(const TokenReport& report, const Tokenizer& tokenizer) {
  Json entry = likelihood_json(report.text, report.chosen.log_probability);
  Json top = Json::array();
  for (const TokenLikelihood& likely : report.top) {
    top.push_back(likelihood_json(tokenizer.piece(likely.token, /*special=*/true), likely.log_probability));
  }
  entry["top_logprobs"] = std::move(top);
  return entry;
}

}  // namespace ondol
