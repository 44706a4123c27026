// AnswerStream: one answer as it grows, from logits to shown text.
//
// It knows the sampler, the grammar, stop texts and ends of answers, and nothing of the engine: whoever runs the model
// feeds next() and hands the logits to take(), for one sequence (engine/generate.h) or many (engine/streams.h).
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "engine/constraint.h"
#include "engine/sampler.h"
#include "engine/speculation.h"
#include "engine/stop_texts.h"
#include "engine/token_report.h"
#include "model/forward.h"
#include "model/model.h"

namespace ondol {

struct GenerateOptions {
  SamplerOptions sampler;
  int64_t max_tokens = -1;         // -1: until the answer or the context ends
  std::vector<std::string> stops;  // text that ends the answer; not part of it
  bool special = false;            // show control tokens as text
  int n_top_likelihoods = -1;  // likeliest tokens of each report; 0: reports on the chosen tokens alone; -1: no reports
  const AnswerFormat* format = nullptr;  // what the answer is held to; outlives the answer
  Speculation* speculation = nullptr;    // for generate(), of its sequence; null: one token a step; outlives the answer
};

enum class FinishReason { kStop, kLength, kInterrupted };

struct Generated {
  std::vector<TokenId> tokens;       // without the token that ended it
  std::vector<TokenReport> reports;  // one for each of `tokens`, where asked for
  std::string text;
  FinishReason reason = FinishReason::kStop;
  std::string stop;  // the stop text that ended it; "" where something else did
  int64_t n_prompt_tokens = 0;
  int64_t n_cached_tokens = 0;  // of the prompt, which did not have to be computed
  double prefill_s = 0;         // time to the first token
  double decode_s = 0;          // of the tokens after the first
  int64_t n_decode_steps = 0;   // that they took
  int64_t n_guessed = 0;        // tokens that speculation guessed and steps verified,
  int64_t n_guessed_right = 0;  // and those of them that became part of the answer
};

// Receives whole UTF-8 characters as they become certain; a possible beginning of a stop text is held back.
using OnText = std::function<void(std::string_view)>;

// Receives the report on each token of an answer, where asked for, before the text it adds.
using OnToken = std::function<void(const TokenReport&)>;

// `prompt`, or the model's BOS token where it is empty: kBadInput when there is none.  Views one of the two.
Result<std::span<const TokenId>> prompt_or_bos(const Model& model, std::span<const TokenId> prompt);

// Owned by one thread.  The model and the format outlive it.
class AnswerStream {
 public:
  // An answer behind `prompt`, in a context of `context_length` tokens that holds the prompt.  Callbacks may be null.
  AnswerStream(const Model& model, std::span<const TokenId> prompt, int64_t context_length,
               const GenerateOptions& options, OnText on_text, OnToken on_token = nullptr);
  AnswerStream(AnswerStream&&) = delete;

  // The tokens that may come next; null for any.  Valid until the next take().  Fails as Constraint::allowed() does.
  Result<const TokenMask*> allowed();
  // What take() looks at of the logits it is given next.  Valid and failing as allowed().
  Result<LogitUse> logit_use();
  // Chooses the next token from logits [vocab_size] and shows its text.  Fails as Constraint does.
  Status take(std::span<const float> logits);

  // True when nothing has to be fed any more.
  bool finished() const { return reason_.has_value(); }
  // The token chosen last, to be fed next.  Not when finished().
  TokenId next() const { return result_.tokens.back(); }
  const std::vector<TokenId>& tokens() const { return result_.tokens; }
  // What will choose the next token.
  const Sampler& sampler() const { return sampler_; }

  // Ends the answer, for `reason` unless it has ended by itself, and hands it over: tokens, text, reason and the number
  // of prompt tokens.
  Generated finish(FinishReason reason);

 private:
  bool reports() const { return n_top_likelihoods_ >= 0; }
  void report(TokenId token, std::span<const float> logits, const std::string& text);
  std::string text_of(TokenId token);
  void show(const std::string& text);

  const Tokenizer* tokenizer_;  // null: no text
  bool special_;
  bool at_start_;  // nothing visible stands before the answer's next token: a prefix space of it is not shown
  int64_t max_tokens_;
  int n_top_likelihoods_;
  OnText on_text_;
  OnToken on_token_;
  Sampler sampler_;
  std::optional<Constraint> constraint_;
  std::optional<const TokenMask*> allowed_;  // of the coming token, once asked for
  Utf8Stream characters_;
  StopTexts stops_;
  Generated result_;
  std::optional<FinishReason> reason_;
};

}  // namespace ondol
