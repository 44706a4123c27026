#include "engine/prefill_pace.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/random.h"

namespace ondol {
namespace {

using Cost = std::function<double(int64_t n_decoding, int64_t n_prefill)>;

// Steps of `n_decoding` streams while prompts wait; the longest step as a multiple of the normal one, and all tokens.
struct Steps {
  double longest = 0;
  int64_t n_prefill = 0;
};
Steps run(PrefillPace& pace, int64_t n_decoding, int n_steps, const Cost& cost, int64_t most = 512) {
  Steps result;
  for (int i = 0; i < n_steps; ++i) {
    const int64_t chunk = pace.chunk(n_decoding, most);
    EXPECT_LE(chunk, most);
    const double seconds = cost(n_decoding, chunk);
    pace.record(n_decoding, chunk, seconds);
    result.longest = std::max(result.longest, seconds / cost(n_decoding, 0));
    result.n_prefill += chunk;
  }
  return result;
}

// A pass over the weights, then so much for each token.
double affine(int64_t n_decoding, int64_t n_prefill) {
  return 0.030 + 0.0027 * static_cast<double>(n_decoding + n_prefill);
}
// Few tokens at once go by another way than many.
double with_a_jump(int64_t n_decoding, int64_t n_prefill) {
  const int64_t n = n_decoding + n_prefill;
  return n <= 4 ? 0.030 + 0.001 * static_cast<double>(n) : 0.040 + 0.0027 * static_cast<double>(n);
}

TEST(PrefillPace, NoStepTakesTwiceTheNormalTime) {
  for (const Cost& cost : {Cost(affine), Cost(with_a_jump)}) {
    PrefillPace pace;
    for (const int64_t n_decoding : {1, 8, 3, 32, 2, 1, 16}) {
      EXPECT_LT(run(pace, n_decoding, 100, cost).longest, 2) << n_decoding;
    }
  }
}

TEST(PrefillPace, UsesWhatTheRuleAllows) {
  PrefillPace pace;
  run(pace, 4, 20, affine);
  // 0.7 of a normal step's 40.8 ms are 10.6 tokens of 2.7 ms; one step in 33 has none
  const Steps later = run(pace, 4, 330, affine);
  EXPECT_GE(later.n_prefill, 320 * 9);
}

TEST(PrefillPace, FollowsStepsThatGrowWithTheContext) {
  PrefillPace pace;
  double length = 0;
  const Cost growing = [&](int64_t n_decoding, int64_t n_prefill) {
    return affine(n_decoding, n_prefill) * (1 + length / 1000);
  };
  for (int i = 0; i < 100; ++i, length += 20) EXPECT_LT(run(pace, 4, 20, growing).longest, 2) << length;
  for (int i = 0; i < 100; ++i, length -= 20) EXPECT_LT(run(pace, 4, 20, growing).longest, 2) << length;
}

TEST(PrefillPace, ANoisyClockNeitherStopsThePromptsNorLetsThemFlood) {
  PrefillPace pace;
  SplitMix64 random(1);
  const Cost noisy = [&](int64_t n_decoding, int64_t n_prefill) {
    const double noise = random.below(20) == 0 ? 3 : 0.9 + 0.2 * random.uniform();
    return affine(n_decoding, n_prefill) * noise;
  };
  int64_t n_prefill = 0;
  for (int i = 0; i < 2000; ++i) {
    const int64_t chunk = pace.chunk(4, 512);
    pace.record(4, chunk, noisy(4, chunk));
    n_prefill += chunk;
    EXPECT_LT(affine(4, chunk), 6 * affine(4, 0));  // spikes of three times are believed for a moment
  }
  EXPECT_GT(n_prefill, 2000 * 4);
}

TEST(PrefillPace, WithoutAnswersAChunkTakesATenthOfASecond) {
  for (const double per_token_s : {0.0001, 0.002, 0.5}) {
    PrefillPace pace;
    double longest_s = 0;
    for (int i = 0; i < 40; ++i) {
      const int64_t chunk = pace.chunk(0, 512);
      const double seconds = 0.01 + per_token_s * static_cast<double>(chunk);
      pace.record(0, chunk, seconds);
      if (i >= 10) longest_s = std::max(longest_s, chunk == 1 ? 0 : seconds);
      EXPECT_GE(chunk, 1);
    }
    EXPECT_LE(longest_s, 0.101) << per_token_s;
    EXPECT_EQ(pace.chunk(0, 512), std::clamp(static_cast<int>(0.09 / per_token_s), 1, 512)) << per_token_s;
  }
}

TEST(PrefillPace, APromptMovesOnHoweverDearItsTokensAre) {
  PrefillPace pace;
  const Steps result =
      run(pace, 1, 100, [](int64_t, int64_t n_prefill) { return 0.01 + 1.0 * static_cast<double>(n_prefill); });
  EXPECT_GE(result.n_prefill, 90);
  EXPECT_LE(result.n_prefill, 100);
}

}  // namespace
}  // namespace ondol
