#include "engine/draft_payoff.h"

#include <algorithm>
#include <cmath>

namespace ondol {
namespace {

constexpr double kEarnedPerToken = 0.01;  // of a plain step
constexpr double kMostInLedger = 4;       // plain steps: what was won long ago is no licence to lose it
constexpr double kDecay = 0.9;            // of what was seen, with every step: about ten steps count
constexpr int64_t kFirstPlainSteps = 2;   // until a plain step's time is known
constexpr int64_t kMostSincePlain = 64;   // steps, then it is measured again
constexpr double kFirstGrowth = 0.15;     // of a step's time with every further token, before it is known
constexpr double kFirstGuess = 0.1;       // of a plain step's time, likewise
constexpr double kOff = 1.6;              // times longer or shorter than usual: the machine may have changed its speed
constexpr double kReadPerGuess = 0.25;    // tokens read in one step cost less than tokens guessed one by one

bool is_off(double value, const RecentMedian& usual) {
  return usual.n_added() >= 2 && (value > usual.value() * kOff || value * kOff < usual.value());
}

}  // namespace

void RecentMedian::add(double value) {
  values_[static_cast<size_t>(n_added_++) % kWindow] = value;
  std::array<double, kWindow> sorted = values_;
  const auto end = sorted.begin() + std::min<int64_t>(n_added_, kWindow);
  const auto middle = sorted.begin() + (end - sorted.begin() - 1) / 2;
  std::nth_element(sorted.begin(), middle, end);
  median_ = *middle;
}

// Before anything was seen, trust itself is the estimate.
double DraftPayoff::accuracy(size_t drafter, int trust) const {
  const Accuracy& a = drafters_[drafter].accuracy[static_cast<size_t>(trust)];
  const double at_first = (trust + 1.0) / (Prospect::kTrustLevels + 1.0);
  return (a.right + at_first) / (a.seen + 1);
}

// Of sizes not yet seen, by a straight line through the nearest seen on both sides, or through the ends on one.
double DraftPayoff::step_s(int64_t n_tokens) const {
  const auto seen = [&](int64_t n) { return step_s_[static_cast<size_t>(n)].n_added() > 0; };
  const auto value = [&](int64_t n) { return step_s_[static_cast<size_t>(n)].value(); };
  if (seen(n_tokens)) return value(n_tokens);
  int64_t below = n_tokens, above = n_tokens;
  while (below > 1 && !seen(below)) --below;
  while (above < std::ssize(step_s_) && !seen(above)) ++above;
  const double from = value(below);
  double growth = kFirstGrowth * value(1);
  if (above < std::ssize(step_s_)) growth = (value(above) - from) / static_cast<double>(above - below);
  else if (below > 1) growth = (from - value(1)) / static_cast<double>(below - 1);
  return from + growth * static_cast<double>(n_tokens - below);
}

double DraftPayoff::drafting_s(size_t drafter, const Prospect& prospect, int64_t n_guesses) const {
  const DrafterRecord& record = drafters_[drafter];
  const double guess_s = record.guess_s.n_added() > 0 ? record.guess_s.value() : kFirstGuess * step_s(1);
  const double read_s = record.read_s.n_added() > 0 ? record.read_s.value() : kReadPerGuess * guess_s;
  return guess_s * static_cast<double>(n_guesses) + read_s * static_cast<double>(prospect.n_behind);
}

DraftPayoff::Plan DraftPayoff::plan(size_t drafter, const Prospect& prospect, int64_t n_min, int64_t n_max) const {
  n_max = std::min({n_max, prospect.n_tokens, kMostGuesses});
  n_min = std::min(n_min, n_max);
  const bool is_known = step_s_[1].n_added() >= kFirstPlainSteps && n_steps_since_plain_ < kMostSincePlain;
  if (n_max <= 0 || (n_min == 0 && !is_known)) return {};
  if (step_s_[1].n_added() == 0) return {n_min, 1};
  const double plain_s = step_s(1), p = accuracy(drafter, prospect.trust);
  Plan best{n_min, 0};
  double best_s = plain_s, n_tokens = 1, right = 1;
  for (int64_t n = 1; n <= n_max; ++n) {
    right *= p;
    n_tokens += right;
    if (n < n_min) continue;
    const double seconds = step_s(n + 1) + drafting_s(drafter, prospect, n);
    const double rate = seconds > 0 ? n_tokens * plain_s / seconds : n_tokens;
    if (rate <= best.rate) continue;
    best = {n, rate};
    best_s = seconds;
  }
  if (n_min > 0) return best;
  const double loss = plain_s > 0 ? best_s / plain_s - 1 : 0;  // when no guess is right
  const bool is_allowed = best.rate > 1 ? ledger_ > 0 : ledger_ > loss;
  return is_allowed ? best : Plan{};
}

void DraftPayoff::charge(double plain_steps) { ledger_ = std::min(ledger_ - plain_steps, kMostInLedger); }

// What was spent is charged at its usual time: a step that another process held up says nothing about guessing.
void DraftPayoff::add_reading(size_t drafter, int64_t n_tokens, double seconds) {
  RecentMedian& read_s = drafters_[drafter].read_s;
  read_s.add(seconds / static_cast<double>(n_tokens));
  if (step_s(1) > 0) charge(read_s.value() * static_cast<double>(n_tokens) / step_s(1));
}

void DraftPayoff::add_drafting(size_t drafter, int64_t n_guesses, double seconds) {
  const auto n = static_cast<double>(std::max<int64_t>(n_guesses, 1));
  RecentMedian& guess_s = drafters_[drafter].guess_s;
  guess_s.add(seconds / n);
  if (step_s(1) > 0) charge(guess_s.value() * n / step_s(1));
}

void DraftPayoff::add_plain_step(double seconds) {
  n_plain_off_ = is_off(seconds, step_s_[1]) ? n_plain_off_ + 1 : 0;
  if (n_plain_off_ >= 2) step_s_.fill({});  // all of another speed
  step_s_[1].add(seconds);
  n_steps_since_plain_ = 0;
  charge(-kEarnedPerToken);
}

void DraftPayoff::add_verification(size_t drafter, int trust, const VerifiedGuesses& verified) {
  const int64_t n_fed = verified.n_guesses + 1;
  RecentMedian& usual_s = step_s_[static_cast<size_t>(n_fed)];
  n_steps_since_plain_ = is_off(verified.step_s, usual_s) ? kMostSincePlain : n_steps_since_plain_ + 1;
  usual_s.add(verified.step_s);
  const auto n_right = static_cast<double>(verified.n_right);
  Accuracy& a = drafters_[drafter].accuracy[static_cast<size_t>(trust)];
  a.right = a.right * kDecay + n_right;
  a.seen = a.seen * kDecay + n_right + (verified.was_wrong ? 1 : 0);
  if (step_s(1) > 0) charge(step_s(n_fed) / step_s(1) - (n_right + 1) * (1 + kEarnedPerToken));
}

}  // namespace ondol
