// AnswerRequest: what is asked of a model, in no API's words.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/answer_stream.h"
#include "prompt/chat_template.h"
#include "server/format_cache.h"

namespace ondol {

inline constexpr int64_t kMostMessages = 4096;  // of a chat

struct ChatPrompt {
  std::vector<ChatMessage> messages;
  std::string tools{};      // JSON list, as in OpenAI's "tools"; "" for none
  std::string variables{};  // JSON object for the template; "" for none
  bool must_call = false;   // one of the tools, or several
  bool may_call_several = true;
};
// Text, or tokens as they are.
using RawPrompt = std::variant<std::string, std::vector<TokenId>>;

struct AnswerRequest {
  std::string model;  // "": the first
  std::variant<ChatPrompt, std::vector<RawPrompt>> prompt;
  int n = 1;                     // answers to each prompt
  GenerateOptions options{};     // format is left to `format`
  bool has_temperature = false;  // else a model that obeys a stored schema answers greedily
  bool has_seed = false;
  FormatWish format{};
  std::optional<double> keep_s{};                       // how long the model stays behind this answer (KeepTime)
  int64_t least_context = 0;                            // tokens that the model's context must have room for
  std::vector<std::pair<int, float>> adapter_scales{};  // of adapters by their number; others stay as they are
};

}  // namespace ondol
