#include "engine/draft_payoff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "base/random.h"

namespace ondol {
namespace {

// A machine and a text: how long steps take and how often guesses are right.  Its clock is a sum.
struct Simulation {
  double plain_s = 0.03;
  double growth = 0.1;   // of a step's time with every further token
  double guess_s = 0;    // of one guess
  double p = 0;          // that a guess is right
  double prospects = 1;  // share of positions at which the drafter has something to guess
  int trust = 4;
  std::function<double()> noise = [] { return 1.0; };
  SplitMix64 random{1};
  DraftPayoff payoff{1};

  // Speed over `n_tokens` more tokens, against plain steps alone.
  double run(int64_t n_tokens) {
    double seconds = 0;
    int64_t n_done = 0;
    while (n_done < n_tokens) {
      const bool has_prospect = random.uniform() < prospects;
      const Prospect prospect{.n_tokens = has_prospect ? 64 : 0, .trust = trust};
      const auto plan = payoff.plan(0, prospect, 0, 16);
      const auto n = static_cast<double>(plan.n_guesses);
      const double step_s = plain_s * (1 + growth * n) * noise();
      seconds += step_s + n * guess_s;
      if (plan.n_guesses == 0) {
        payoff.add_plain_step(step_s);
        ++n_done;
        continue;
      }
      payoff.add_drafting(0, plan.n_guesses, n * guess_s);
      VerifiedGuesses verified{.n_guesses = plan.n_guesses, .step_s = step_s};
      while (verified.n_right < plan.n_guesses && random.uniform() < p) ++verified.n_right;
      verified.was_wrong = verified.n_right < plan.n_guesses;
      payoff.add_verification(0, trust, verified);
      n_done += verified.n_right + 1;
    }
    return static_cast<double>(n_done) * plain_s / seconds;
  }
};

TEST(RecentMedian, ForgetsOldValuesAndIgnoresOneThatIsOff) {
  RecentMedian median;
  EXPECT_EQ(median.value(), 0);
  for (const double value : {5.0, 100.0, 5.0, 5.0, 6.0}) median.add(value);
  EXPECT_EQ(median.value(), 5);
  for (int i = 0; i < 5; ++i) median.add(7);
  EXPECT_EQ(median.value(), 7);
}

TEST(DraftPayoff, BeginsWithPlainSteps) {
  DraftPayoff payoff(1);
  const Prospect prospect{.n_tokens = 16, .trust = 7};
  EXPECT_EQ(payoff.plan(0, prospect, 0, 16).n_guesses, 0);
  payoff.add_plain_step(0.03);
  payoff.add_plain_step(0.03);
  EXPECT_GT(payoff.plan(0, prospect, 0, 16).n_guesses, 0);
  EXPECT_LE(payoff.plan(0, prospect, 0, 3).n_guesses, 3);
  EXPECT_EQ(payoff.plan(0, {}, 0, 16).n_guesses, 0);
}

TEST(DraftPayoff, GuessesFarWhereGuessesAreRight) {
  for (const int trust : {0, 4, 7}) {
    Simulation repetitive{.p = 0.98, .trust = trust};
    EXPECT_GT(repetitive.run(400), 3) << trust;
  }
  Simulation compute_bound{.growth = 0.6, .p = 0.9};
  EXPECT_GT(compute_bound.run(400), 1.05);
}

TEST(DraftPayoff, NeverCostsMoreThanTwoHundredths) {
  for (const double growth : {0.02, 0.1, 0.3, 0.6, 1.0}) {
    for (const double p : {0.0, 0.02, 0.1, 0.3, 0.5}) {
      for (const double prospects : {0.1, 0.5, 1.0}) {
        for (const double guess_s : {0.0, 0.003, 0.03}) {
          Simulation text{.growth = growth, .guess_s = guess_s, .p = p, .prospects = prospects};
          EXPECT_GT(text.run(200), 0.98) << growth << " " << p << " " << prospects << " " << guess_s;
        }
      }
    }
  }
}

TEST(DraftPayoff, BeginsAgainWhenTheTextRepeatsAgain) {
  Simulation text;
  EXPECT_GT(text.run(2000), 0.98);
  text.p = 0.98;
  text.run(100);
  EXPECT_GT(text.run(200), 3);
  text.p = 0;
  EXPECT_GT(text.run(500), 0.97);
}

TEST(DraftPayoff, CountsTheDraftersTime) {
  Simulation quick{.guess_s = 0.001, .p = 0.8};
  EXPECT_GT(quick.run(400), 1.7);
  Simulation slow{.guess_s = 0.03, .p = 0.8};
  EXPECT_GT(slow.run(400), 0.98);
  EXPECT_EQ(slow.payoff.plan(0, {.n_tokens = 16, .trust = 4}, 0, 16).rate > 1, false);
  // What must be read first counts, too.
  DraftPayoff& payoff = quick.payoff;
  EXPECT_GT(payoff.plan(0, {.n_tokens = 16, .trust = 4}, 0, 16).rate,
            payoff.plan(0, {.n_tokens = 16, .trust = 4, .n_behind = 50}, 0, 16).rate);
}

TEST(DraftPayoff, FollowsAMachineThatChangesItsSpeed) {
  Simulation text{.p = 0.95};
  text.run(200);
  for (const double plain_s : {0.1, 0.01}) {
    text.plain_s = plain_s;
    text.run(200);
    EXPECT_GT(text.run(300), 2.5);
    text.p = 0;
    text.run(50);
    EXPECT_GT(text.run(300), 0.97);
    text.p = 0.95;
    text.run(200);
  }
}

TEST(DraftPayoff, IsNotMisledByAFewSlowSteps) {
  SplitMix64 chance(3);
  Simulation text{.p = 0.95};
  text.noise = [&] { return chance.below(20) == 0 ? 6.0 : 1.0; };
  // A slow step of many tokens hurts no more than a slow step of one.
  EXPECT_GT(text.run(1000), 2);
}

TEST(DraftPayoff, DraftsTheLeastNumberWhetherItPaysOrNot) {
  DraftPayoff payoff(1);
  const Prospect prospect{.n_tokens = 16, .trust = 0};
  EXPECT_EQ(payoff.plan(0, prospect, 4, 8).n_guesses, 4);
  payoff.add_plain_step(0.01);
  for (int i = 0; i < 50; ++i) {
    const auto plan = payoff.plan(0, prospect, 4, 8);
    ASSERT_GE(plan.n_guesses, 4);
    payoff.add_verification(0, 0, {.n_guesses = plan.n_guesses, .was_wrong = true, .step_s = 0.1});
  }
  EXPECT_EQ(payoff.plan(0, {.n_tokens = 3, .trust = 0}, 4, 8).n_guesses, 3);
  EXPECT_EQ(payoff.plan(0, prospect, 4, 2).n_guesses, 2);
}

}  // namespace
}  // namespace ondol
