// DraftPayoff: whether guessing ahead pays, and how far, from what steps took and how often guesses were right.
//
// A step of n tokens takes longer than one of a single token, by how much depends on model, machine and company, so it
// is measured while it runs.  With p the share of guesses that were right lately, k guesses give 1 + p + ... + p^k
// tokens a step (Leviathan et al. 2023, equation 1); the k with the highest rate is taken, or none.
//
// Estimates can be wrong, so a ledger guards them: it counts what guessing has won or lost against plain steps, in
// units of a plain step.  It starts with half a step and earns a hundredth with every token; guessing that is thought
// to pay stops while the ledger is empty, and guessing that is thought not to pay is tried again once the ledger could
// bear that no guess is right.  So an answer of n tokens is never slower than plain steps by more than n / 100 plain
// steps and about one.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/drafter.h"

namespace ondol {

// The middle of the last few values: one slow step, when another process took the core, does not count.
class RecentMedian {
 public:
  void add(double value);
  int64_t n_added() const { return n_added_; }
  double value() const { return median_; }  // 0 before any

 private:
  static constexpr size_t kWindow = 5;

  std::array<double, kWindow> values_{};
  int64_t n_added_ = 0;
  double median_ = 0;
};

// The outcome of a step.
struct VerifiedGuesses {
  int64_t n_guesses = 0;   // that were fed
  int64_t n_right = 0;     // of them, from the first on
  bool was_wrong = false;  // the one behind those was not; else the answer ended there, or none was left
  double step_s = 0;       // time until the logits were there
};

// Knows no clock: durations come from outside, in seconds.
class DraftPayoff {
 public:
  static constexpr int64_t kMostGuesses = 64;  // verified in one step

  explicit DraftPayoff(size_t n_drafters) : drafters_(n_drafters) {}

  struct Plan {
    int64_t n_guesses = 0;  // 0: a plain step
    double rate = 0;        // tokens in the time of a plain step; 1: as fast
  };
  // The best use of what `drafter` could guess, at least `n_min` and at most `n_max` guesses.  With `n_min` of 0 none
  // where none pays.
  Plan plan(size_t drafter, const Prospect& prospect, int64_t n_min, int64_t n_max) const;

  // What was done: a drafter read `n_tokens` it was behind, a drafter guessed, and a step gave its tokens.
  void add_reading(size_t drafter, int64_t n_tokens, double seconds);
  void add_drafting(size_t drafter, int64_t n_guesses, double seconds);
  void add_plain_step(double seconds);
  void add_verification(size_t drafter, int trust, const VerifiedGuesses& verified);

 private:
  struct Accuracy {
    double right = 0, seen = 0;  // guesses, old ones counting less
  };
  struct DrafterRecord {
    std::array<Accuracy, Prospect::kTrustLevels> accuracy;
    RecentMedian guess_s, read_s;  // of one token
  };
  double accuracy(size_t drafter, int trust) const;
  double step_s(int64_t n_tokens) const;
  double drafting_s(size_t drafter, const Prospect& prospect, int64_t n_guesses) const;
  void charge(double plain_steps);

  std::vector<DrafterRecord> drafters_;
  std::array<RecentMedian, kMostGuesses + 2> step_s_;  // by the step's tokens
  int64_t n_steps_since_plain_ = 0;
  int n_plain_off_ = 0;  // plain steps, one after another, that took much longer or shorter than usual
  double ledger_ = 0.5;
};

}  // namespace ondol
