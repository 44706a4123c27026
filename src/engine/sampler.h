// Sampler: logits -> one token id.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "base/random.h"
#include "grammar/token_masks.h"
#include "tokenizer/tokenizer.h"

namespace ondol {

// Defaults are llama.cpp's.
struct SamplerOptions {
  float temperature = 0.8f;     // 0: the most likely token, first id on ties
  int top_k = 40;               // 0: off
  float top_p = 0.95f;          // 1: off
  float min_p = 0.05f;          // 0: off
  float repeat_penalty = 1.0f;  // 1: off; over the last repeat_last_n tokens.  Keskar et al. 2019 (CTRL), section 4.1
  int repeat_last_n = 64;       // -1: all of them
  // Taken off the logit of a token once when the answer has it, and as often as it has it.  They count what sample()
  // chose, as OpenAI's formula does; llama.cpp's count the last tokens of the prompt, too.
  float presence_penalty = 0;
  float frequency_penalty = 0;
  // What is added to the logits of some tokens, each at most once; ids without a logit are passed over.  OpenAI's
  // range: kBan or less forbids a token, and 100 leaves hardly any choice but it.
  std::vector<std::pair<TokenId, float>> logit_bias{};
  uint64_t seed = 0;

  static constexpr float kBan = -100;
};

// Order: bias, mask, penalties (repeat, then frequency and presence), top-k, top-p, min-p, temperature, draw; as
// llama.cpp's default chain without its rarer members.  Where the mask leaves nothing but forbidden tokens, the mask
// wins.  Deterministic for equal options, logits and history on every machine.
class Sampler {
 public:
  explicit Sampler(const SamplerOptions& options);

  // Chooses a token from logits [vocab_size] and remembers it; one of `allowed`, which is not empty, where given.
  TokenId sample(std::span<const float> logits, const TokenMask* allowed = nullptr);
  // Whether sample() looks at nothing but which logits are highest.
  bool wants_highest_only() const;
  // Puts a token of the prompt into the history the repeat penalty looks at.
  void accept(TokenId token);
  // Goes on as `other` would: same options, random numbers and history.
  void follow(const Sampler& other);

 private:
  bool penalises_repeats() const { return options_.repeat_penalty != 1 && options_.repeat_last_n != 0; }
  bool counts_answer() const { return options_.presence_penalty != 0 || options_.frequency_penalty != 0; }
  // Fill candidates_: with all that may be chosen, biased and penalised; with the `n_best` likeliest, in order.
  void gather(std::span<const float> logits, const TokenMask* allowed);
  void gather_best(std::span<const float> logits, size_t n_best);
  void add_bias();
  void penalise();
  int32_t most_likely() const;
  int32_t draw();

  SamplerOptions options_;
  SplitMix64 random_;
  std::vector<TokenId> history_;                       // for the repeat penalty
  std::map<TokenId, int> n_in_answer_;                 // for the other two
  std::vector<std::pair<float, int32_t>> candidates_;  // logit and id; reused
  std::vector<double> weights_;                        // running sums of the candidates' weights; reused
};

}  // namespace ondol
