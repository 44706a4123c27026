// DraftModel: a smaller model of the same vocabulary that guesses what a larger one will write.
//
// It guesses with the larger model's sampler, at the same place in its random numbers, so where both models see the
// words alike they draw the same one also at high temperatures; the likeliest word would be right less often.
// Source of the idea: Leviathan et al. 2023 (speculative decoding); the common random numbers are ours.
#pragma once

#include <memory>
#include <optional>

#include "engine/drafter.h"
#include "engine/engine.h"

namespace ondol {

struct DraftModelOptions {
  int64_t context_length = 0;   // of the model that is guessed for; behind its own context a draft model is silent
  float least_probability = 0;  // of a guess, as the draft model sees it; guessing ends where there is none
};

class DraftModel final : public Drafter {
 public:
  // Fails with kBadInput when the vocabularies differ in more than unused tokens at the end, or as Engine::create().
  // `model` and `pool` outlive it, `target` need not.
  static Result<std::unique_ptr<DraftModel>> create(const Model& model, const Model& target, ThreadPool& pool,
                                                    const DraftModelOptions& options);

  void forget_from(int64_t length) override;
  Prospect prospect(std::span<const TokenId> text) override;
  void read(std::span<const TokenId> text) override;
  void draft(std::span<const TokenId> text, int64_t n_tokens, const Sampler& sampler,
             std::vector<TokenId>& guesses) override;

 private:
  DraftModel(std::unique_ptr<Engine> engine, SequenceId sequence, int64_t vocab_size, float least_probability);
  // Leaves in the cache what it shares with `text` short of the last token, and says how many tokens that are.
  int64_t settle(std::span<const TokenId> text);
  bool feed(std::span<const TokenId> tokens, const std::function<void(std::span<const float>)>& on_logits);

  std::unique_ptr<Engine> engine_;
  SequenceId sequence_;
  int64_t vocab_size_;  // tokens both models have
  float least_probability_;
  Sampler sampler_{SamplerOptions{}};
  std::vector<TokenId> fed_;  // what the cache holds: a beginning of the text, then guesses
  int64_t n_same_ = 0;        // of these are known to be the text's
};

}  // namespace ondol
