// Sampler: logits -> one token id.
#pragma once

#include <cstdint>
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
  uint64_t seed = 0;
};

// Order: mask, penalty, top-k, top-p, min-p, temperature, draw; as llama.cpp's default chain without its rarer members.
// Deterministic for equal options, logits and history on every machine.
class Sampler {
 public:
  explicit Sampler(const SamplerOptions& options);

  // Chooses a token from logits [vocab_size] and remembers it; one of `allowed`, which is not empty, where given.
  TokenId sample(std::span<const float> logits, const TokenMask* allowed = nullptr);
  // Whether sample() looks at nothing but which logits are highest.
  bool wants_highest_only() const;
  // Puts a token into the history the penalty looks at (prompts).
  void accept(TokenId token);
  // Goes on as `other` would: same options, random numbers and history.
  void follow(const Sampler& other);

 private:
  // Fill candidates_: with all that may be chosen, penalised; with the `n_best` likeliest, in order.
  void gather(std::span<const float> logits, const TokenMask* allowed);
  void gather_best(std::span<const float> logits, size_t n_best);
  int32_t most_likely() const;
  int32_t draw();

  SamplerOptions options_;
  SplitMix64 random_;
  std::vector<TokenId> history_;
  std::vector<std::pair<float, int32_t>> candidates_;  // logit and id; reused
  std::vector<double> weights_;                        // running sums of the candidates' weights; reused
};

}  // namespace ondol
