#include "engine/speculation.h"

#include <algorithm>

#include "base/check.h"
#include "base/clock.h"

namespace ondol {
namespace {

constexpr int64_t kFewTokens = 4;  // a drafter reads them on the way, while it guesses

}  // namespace

Speculation::Speculation(std::vector<std::unique_ptr<Drafter>> drafters, const SpeculationOptions& options)
    : drafters_(std::move(drafters)), options_(options), payoff_(drafters_.size()), has_read_prompt_(drafters_.size()) {
  CHECK(options_.most_guesses <= DraftPayoff::kMostGuesses && options_.least_guesses <= options_.most_guesses);
}

void Speculation::begin(std::span<const TokenId> prompt) {
  const auto n_same = std::mismatch(prompt.begin(), prompt.end(), text_.begin(), text_.end()).first - prompt.begin();
  for (const auto& drafter : drafters_) drafter->forget_from(n_same);
  text_.assign(prompt.begin(), prompt.end());
  answer_begin_ = std::ssize(text_);
  std::fill(has_read_prompt_.begin(), has_read_prompt_.end(), false);
}

// The drafter and the number of its guesses that promise the highest rate.
Speculation::Choice Speculation::choose(int64_t room) {
  Choice best;
  for (size_t i = 0; i < drafters_.size(); ++i) {
    Prospect prospect = drafters_[i]->prospect(text_);
    // Reading the prompt is the price of having a draft model, paid once an answer and not held against it.
    if (!has_read_prompt_[i] || prospect.n_behind <= kFewTokens) prospect.n_behind = 0;
    const auto plan = payoff_.plan(i, prospect, options_.least_guesses, std::min(room, options_.most_guesses));
    if (plan.n_guesses > 0 && plan.rate > best.plan.rate) best = {i, prospect, plan};
  }
  return best;
}

std::span<const TokenId> Speculation::guess(std::span<const TokenId> answer, int64_t room, const Sampler& sampler) {
  text_.insert(text_.end(), answer.begin() + (std::ssize(text_) - answer_begin_), answer.end());
  guesses_.clear();
  choice_ = choose(room);
  if (choice_.plan.n_guesses == 0) return {};
  Drafter& drafter = *drafters_[choice_.drafter];
  double start = now_s();
  if (!has_read_prompt_[choice_.drafter] || choice_.prospect.n_behind > 0) {
    drafter.read(text_);
    const double end = now_s();
    if (choice_.prospect.n_behind > 0) payoff_.add_reading(choice_.drafter, choice_.prospect.n_behind, end - start);
    has_read_prompt_[choice_.drafter] = true;
    start = end;
  }
  drafter.draft(text_, choice_.plan.n_guesses, sampler, guesses_);
  payoff_.add_drafting(choice_.drafter, std::ssize(guesses_), now_s() - start);
  return guesses_;
}

void Speculation::add_step(const VerifiedGuesses& verified) {
  if (verified.n_guesses == 0) payoff_.add_plain_step(verified.step_s);
  else payoff_.add_verification(choice_.drafter, choice_.prospect.trust, verified);
}

}  // namespace ondol
