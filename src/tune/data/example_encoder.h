// ExampleEncoder: records -> tokens, and which of them the loss counts.
//
// The tokens are the ones `ondol run` feeds and generates (prompt/exchange.h).  The loss counts the answers with the
// token that ends them; what the template writes behind it is only read.
#pragma once

#include <vector>

#include "measure/records/record.h"
#include "prompt/exchange.h"
#include "tune/data/example.h"

namespace ondol {

struct EncodeRules {
  int64_t context_length = 0;   // tokens; running text is cut into pieces of this length, at least 2
  bool learns_prompts = false;  // the loss counts prompts, too
  std::tm now{};                // the date templates may show
};

// Immutable; any number of threads may use it.
class ExampleEncoder {
 public:
  // `chat`: how the model is asked; null for a model that completes text.  Tokenizer and template outlive the encoder.
  ExampleEncoder(const Tokenizer& tokenizer, const ChatTemplate* chat, const EncodeRules& rules);

  // The examples of one record, of any length:
  //   a chat        one; or one for each answer whose prompt is not what came before it with the new question behind,
  //                 as where a template drops earlier thinking
  //   a completion  one: a chat of one question where there is a template, else the two texts behind each other
  //   a text        its pieces; none when it is empty
  // Fails with kBadInput and the reason alone: the template refuses the chat, or cannot be parted into prompt and
  // answer; the model has no template or no token that ends an answer.
  Result<std::vector<Example>> encode(const Record& record) const;

 private:
  Result<std::vector<Example>> encode_chat(const Record& record) const;
  std::vector<Example> encode_text(const Record& record) const;
  void add(Example& example, std::span<const TokenId> tokens, bool learns) const;

  const Tokenizer& tokenizer_;
  bool has_template_;
  EncodeRules rules_;
  ExchangeEncoder exchanges_;
};

}  // namespace ondol
