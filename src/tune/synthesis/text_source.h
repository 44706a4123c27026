// TextSource: whatever answers a chat, a model of ours or an endpoint behind `ondol-remote`.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace ondol {

struct SourceQuestion {
  std::string prompt;  // what the user says, and all there is
  int64_t max_tokens = 512;
  float temperature = 0;
  uint64_t seed = 0;
  bool is_held = false;  // an answer of the form the source holds answers to, where it does
};

struct SourceAnswer {
  std::string text;     // UTF-8, without the model's thinking
  bool is_cut = false;  // max_tokens or the context ended it
};

// Owned by one thread.
class TextSource {
 public:
  virtual ~TextSource() = default;
  // The answers, in the order of the questions.  Fails with kBadInput (one cannot be asked), kIo (the source is out of
  // reach) or kInterrupted.
  virtual Result<std::vector<SourceAnswer>> answer(std::span<const SourceQuestion> questions) = 0;
  // How many questions are best asked together.
  virtual int64_t n_at_once() const { return 1; }
  // Whether it can hold answers to a schema while it writes them.
  virtual bool holds_answers() const { return false; }
};

}  // namespace ondol
