// Parts of OpenAI's answers that several of its endpoints share.
#pragma once

#include <ctime>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "server/answer_sink.h"
#include "server/json/json_text.h"

namespace ondol {

// What several answers took together.
struct TokenUsage {
  int64_t n_prompt = 0, n_cached = 0, n_generated = 0;

  // Answers to one prompt count it once.
  void add(const Generated& generated, bool counts_prompt);
  Json json() const;
};

// llama.cpp's "timings".
Json timings_of(const Generated& generated);

// "stop", "length" or "tool_calls".
std::string_view finish_reason(const FinishedChoice& finished);

// The calls of a message, as "tool_calls" has them.
Json calls_json(const std::vector<ToolCall>& calls);
Json call_json(const ToolCall& call);

// JSON has no infinity; -9999 is what OpenAI says for "most unlikely".
float finite_logprob(float log_probability);

// OpenAI's entry for one token of "logprobs": {"token", "logprob", "bytes", "top_logprobs"}.
Json token_json(const TokenReport& report, const Tokenizer& tokenizer);

}  // namespace ondol
