// Generation: a prompt in, text out, token by token.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/constraint.h"
#include "engine/engine.h"
#include "engine/sampler.h"

namespace ondol {

struct GenerateOptions {
  SamplerOptions sampler;
  int64_t max_tokens = -1;               // -1: until the answer or the context ends
  std::vector<std::string> stops;        // text that ends the answer; not part of it
  bool special = false;                  // show control tokens as text
  const AnswerFormat* format = nullptr;  // what the answer is held to; outlives the call
};

enum class FinishReason { kStop, kLength, kInterrupted };

struct Generated {
  std::vector<TokenId> tokens;  // without the token that ended it
  std::string text;
  FinishReason reason = FinishReason::kStop;
  int64_t n_prompt_tokens = 0;
  double prefill_s = 0;  // time to the first token
  double decode_s = 0;   // of the tokens after the first
};

// Feeds `prompt` to `sequence` and generates.  `on_text` receives whole UTF-8 characters as they become certain (a
// possible beginning of a stop text is held back); on_prefill receives tokens done and in all, may be null.
// Ctrl-C (base/interrupt.h) ends the answer with kInterrupted.  The prompt and the generated tokens stay in the
// sequence, except the last one where nothing had to follow it: Engine::length() tells.
// With a format the answer obeys it, unless it ends with kLength or kInterrupted; it ends with kStop as soon as nothing
// may follow.  Fails as Constraint does.
// An empty prompt on an empty sequence needs a BOS token: kBadInput otherwise.
Result<Generated> generate(Engine& engine, SequenceId sequence, std::span<const TokenId> prompt,
                           const GenerateOptions& options, const std::function<void(std::string_view)>& on_text,
                           const std::function<void(int64_t, int64_t)>& on_prefill = nullptr);

}  // namespace ondol
