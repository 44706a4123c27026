// TextSource: whatever answers a chat, a model of ours or an endpoint behind `ondol-remote`.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "prompt/chat_template.h"

namespace ondol {

struct SourceQuestion {
  std::span<const ChatMessage> messages;
  int64_t max_tokens = 512;
  float temperature = 0;
  uint64_t seed = 0;
};

struct SourceAnswer {
  std::string text;     // UTF-8, without the model's thinking
  bool is_cut = false;  // max_tokens or the context ended it
};

// Owned by one thread.
class TextSource {
 public:
  virtual ~TextSource() = default;
  // Fails with kBadInput (the question cannot be asked), kIo (the source is out of reach) or kInterrupted.
  virtual Result<SourceAnswer> answer(const SourceQuestion& question) = 0;
};

}  // namespace ondol
