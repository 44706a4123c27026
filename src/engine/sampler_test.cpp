#include "engine/sampler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include "engine/portable_exp.h"

namespace ondol {
namespace {

// Everything off but the draw itself.
SamplerOptions plain(uint64_t seed = 1) {
  return {.temperature = 1, .top_k = 0, .top_p = 1, .min_p = 0, .repeat_penalty = 1, .repeat_last_n = 64, .seed = seed};
}

std::vector<float> random_logits(size_t n, uint64_t seed) {
  SplitMix64 random(seed);
  std::vector<float> logits(n);
  for (float& logit : logits) logit = static_cast<float>(12 * random.uniform() - 6);
  return logits;
}

int sample_once(const SamplerOptions& options, const std::vector<float>& logits) {
  return static_cast<int>(Sampler(options).sample(logits));
}

// The tokens that can come out, found by drawing often at a temperature that makes them nearly equally likely.
std::set<int> reachable(SamplerOptions options, const std::vector<float>& logits) {
  options.temperature = 1000;
  Sampler sampler(options);
  std::set<int> seen;
  for (int i = 0; i < 4000; ++i) seen.insert(static_cast<int>(sampler.sample(logits)));
  return seen;
}

// softmax by the textbook, in long double.
std::vector<long double> softmax(const std::vector<float>& logits) {
  std::vector<long double> p;
  for (float logit : logits) p.push_back(std::exp(static_cast<long double>(logit)));
  const long double total = std::accumulate(p.begin(), p.end(), 0.0L);
  for (long double& value : p) value /= total;
  return p;
}

// How many tokens are likelier than `id`.
int rank(const std::vector<float>& logits, size_t id) {
  int n = 0;
  for (size_t other = 0; other < logits.size(); ++other) {
    n += logits[other] > logits[id] || (logits[other] == logits[id] && other < id);
  }
  return n;
}

TEST(PortableExp, IsWithinItsBoundOfTheLibrary) {
  for (double x = -700; x <= 0; x += 0.0937) {
    const long double exact = std::exp(static_cast<long double>(x));
    EXPECT_LE(std::abs((static_cast<long double>(portable_exp(x)) - exact) / exact), 2e-15L) << x;
  }
  EXPECT_EQ(portable_exp(0), 1);
  EXPECT_EQ(portable_exp(-1000), 0);
  EXPECT_EQ(portable_exp(-std::numeric_limits<double>::infinity()), 0);
}

TEST(Sampler, TakesTheFirstOfEquallyLikelyTokensWhenGreedy) {
  SamplerOptions options = plain();
  options.temperature = 0;
  EXPECT_EQ(sample_once(options, {1, 3, 2, 3, 3}), 1);
  EXPECT_EQ(sample_once(options, {-1, -1}), 0);
}

TEST(Sampler, SurvivesLogitsThatAreNoNumbers) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  for (const float temperature : {0.0f, 1.0f}) {
    SamplerOptions options;
    options.temperature = temperature;
    EXPECT_EQ(sample_once(options, {nan, 1, nan}), 1);
    EXPECT_EQ(sample_once(options, {nan, nan}), 0);
    EXPECT_EQ(sample_once(options, {-inf, -inf}), 0);
    EXPECT_EQ(sample_once(options, {0, inf, 2}), 1);
  }
}

TEST(Sampler, TopKKeepsTheKLikeliest) {
  const auto logits = random_logits(50, 3);
  SamplerOptions options = plain();
  options.top_k = 7;
  std::set<int> expected;
  for (size_t id = 0; id < logits.size(); ++id) {
    if (rank(logits, id) < 7) expected.insert(static_cast<int>(id));
  }
  EXPECT_EQ(reachable(options, logits), expected);
}

TEST(Sampler, TopPKeepsTheSmallestSetThatReachesP) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const auto logits = random_logits(40, seed);
    const auto p = softmax(logits);
    SamplerOptions options = plain();
    options.top_p = 0.8f;
    // A token is in the set when those before it do not reach p yet.
    std::set<int> expected;
    for (size_t id = 0; id < logits.size(); ++id) {
      long double before = 0;
      for (size_t other = 0; other < logits.size(); ++other) {
        if (rank(logits, other) < rank(logits, id)) before += p[other];
      }
      if (before < static_cast<long double>(options.top_p)) expected.insert(static_cast<int>(id));
    }
    EXPECT_EQ(reachable(options, logits), expected) << seed;
  }
}

TEST(Sampler, MinPKeepsTokensNotMuchLessLikelyThanTheBest) {
  const auto logits = random_logits(60, 9);
  const auto p = softmax(logits);
  const long double best = *std::max_element(p.begin(), p.end());
  SamplerOptions options = plain();
  options.min_p = 0.1f;
  std::set<int> expected;
  for (size_t id = 0; id < p.size(); ++id) {
    if (p[id] >= 0.1L * best) expected.insert(static_cast<int>(id));
  }
  EXPECT_EQ(reachable(options, logits), expected);
}

TEST(Sampler, FiltersWorkTogetherAsOneAfterTheOther) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const auto logits = random_logits(100, 100 + seed);
    SamplerOptions options = plain();
    options.top_k = 20;
    options.top_p = 0.9f;
    options.min_p = 0.05f;
    // top-k, then top-p on what is left, then min-p on what is left of that
    std::vector<size_t> ids(logits.size());
    for (size_t id = 0; id < ids.size(); ++id) ids[static_cast<size_t>(rank(logits, id))] = id;
    ids.resize(20);
    std::vector<float> left;
    for (size_t id : ids) left.push_back(logits[id]);
    const auto p = softmax(left);
    std::set<int> expected;
    long double sum = 0;
    for (size_t i = 0; i < ids.size(); ++i) {
      const bool in_top_p = sum < static_cast<long double>(options.top_p);
      if (in_top_p && p[i] >= static_cast<long double>(options.min_p) * p[0]) expected.insert(static_cast<int>(ids[i]));
      sum += p[i];
    }
    EXPECT_EQ(reachable(options, logits), expected) << seed;
  }
}

// With a mask every token is gathered, without one only those that can be among the likeliest.
TEST(Sampler, ChoosesFromALargeVocabularyAsIfItSortedAllOfIt) {
  for (const size_t n : {1000u, 5003u}) {
    TokenMask all(static_cast<int64_t>(n));
    for (int64_t id = 0; id < all.size(); ++id) all.set(id);
    for (const float temperature : {0.0f, 1.0f}) {
      for (const int top_k : {1, 2, 40, 999}) {
        Sampler masked({.temperature = temperature, .top_k = top_k, .seed = 5});
        Sampler plain({.temperature = temperature, .top_k = top_k, .seed = 5});
        for (uint64_t seed = 0; seed < 20; ++seed) {
          auto logits = random_logits(n, seed);
          // few levels, so that many are equal; and some that are no numbers
          for (float& logit : logits) logit = std::round(logit * static_cast<float>(1 + seed));
          for (size_t i = seed; i < n; i += 97) logits[i] = std::numeric_limits<float>::quiet_NaN();
          ASSERT_EQ(plain.sample(logits), masked.sample(logits, &all)) << n << " " << temperature << " " << top_k;
        }
      }
    }
  }
}

TEST(Sampler, PenaltyLowersSeenTokensOfEitherSign) {
  SamplerOptions options = plain();
  options.temperature = 0;
  options.repeat_penalty = 2;
  Sampler sampler(options);
  sampler.accept(TokenId{0});
  EXPECT_EQ(sampler.sample(std::vector<float>{3, 2, 1}), TokenId{1});  // 3 / 2 < 2
  Sampler other(options);
  other.accept(TokenId{0});
  EXPECT_EQ(other.sample(std::vector<float>{-1, -1.5f, -3}), TokenId{1});  // -1 * 2 < -1.5
}

TEST(Sampler, PenaltyForgetsWhatLiesFurtherBack) {
  SamplerOptions options = plain();
  options.temperature = 0;
  options.repeat_penalty = 10;
  options.repeat_last_n = 2;
  Sampler sampler(options);
  for (int id : {0, 1, 2}) sampler.accept(static_cast<TokenId>(id));
  EXPECT_EQ(sampler.sample(std::vector<float>{3, 2.9f, 2.8f}), TokenId{0});
  options.repeat_last_n = -1;
  Sampler all(options);
  for (int id : {0, 1, 2}) all.accept(static_cast<TokenId>(id));
  EXPECT_EQ(all.sample(std::vector<float>{3, 2.9f, 2.8f, 1}), TokenId{3});
}

// The formula of OpenAI's API reference: mu[j] - c[j] * frequency - (c[j] > 0) * presence.
TEST(Sampler, AnswerPenaltiesCountWhatWasChosenAndNotThePrompt) {
  SamplerOptions options = plain();
  options.temperature = 0;
  options.presence_penalty = 1;
  options.frequency_penalty = 0.5f;
  Sampler sampler(options);
  sampler.accept(TokenId{0});
  const std::vector<float> logits = {10, 8.25f, 5};
  std::vector<double> expected(logits.begin(), logits.end());
  std::vector<int> n(3);
  for (int i = 0; i < 40; ++i) {
    size_t best = 0;
    for (size_t id = 0; id < 3; ++id) {
      expected[id] = double{logits[id]} - 0.5 * n[id] - (n[id] > 0 ? 1 : 0);
      if (expected[id] > expected[best]) best = id;
    }
    ++n[best];
    ASSERT_EQ(static_cast<size_t>(sampler.sample(logits)), best) << i;
  }
  EXPECT_GT(n[2], 5);
  Sampler follower(plain());
  follower.follow(sampler);
  EXPECT_EQ(follower.sample(logits), sampler.sample(logits));
}

TEST(Sampler, BiasForbidsForcesAndShifts) {
  for (const float temperature : {0.0f, 1.0f}) {
    SamplerOptions options = plain();
    options.temperature = temperature;
    options.logit_bias = {{TokenId{1}, SamplerOptions::kBan}, {TokenId{70}, 3.0f}};
    EXPECT_EQ(sample_once(options, {0, 400, 30}), 2);
    options.logit_bias.emplace_back(TokenId{0}, 100.0f);
    EXPECT_EQ(sample_once(options, {0, 400, 30}), 0);
    TokenMask mask(3);
    mask.set(1);
    EXPECT_EQ(static_cast<int>(Sampler(options).sample(std::vector<float>{0, 400, 30}, &mask)), 1);
  }
  SamplerOptions options = plain();
  options.temperature = 0;
  options.logit_bias = {{TokenId{1}, 1.5f}};
  EXPECT_EQ(sample_once(options, {2, 1, 0}), 1);
  EXPECT_EQ(sample_once(options, {3, 1, 0}), 0);
}

TEST(Sampler, WantsTheHighestOnlyWhenNothingMovesThem) {
  SamplerOptions options{.temperature = 0};
  EXPECT_TRUE(Sampler(options).wants_highest_only());
  for (const auto& change : std::vector<std::function<void(SamplerOptions&)>>{
           [](SamplerOptions& o) { o.temperature = 1; }, [](SamplerOptions& o) { o.repeat_penalty = 1.1f; },
           [](SamplerOptions& o) { o.presence_penalty = 0.1f; }, [](SamplerOptions& o) { o.frequency_penalty = -1; },
           [](SamplerOptions& o) {
             o.logit_bias = {{TokenId{0}, 0.5f}};
           }}) {
    SamplerOptions changed = options;
    change(changed);
    EXPECT_FALSE(Sampler(changed).wants_highest_only());
  }
}

TEST(Sampler, GivesTheSameTokensForTheSameSeed) {
  const auto logits = random_logits(1000, 4);
  const auto draw = [&](uint64_t seed) {
    SamplerOptions options;
    options.temperature = 1.5f;
    options.seed = seed;
    Sampler sampler(options);
    std::vector<int> ids;
    for (int i = 0; i < 50; ++i) ids.push_back(static_cast<int>(sampler.sample(logits)));
    return ids;
  };
  EXPECT_EQ(draw(7), draw(7));
  EXPECT_NE(draw(7), draw(8));
}

TEST(Sampler, DrawsInProportionToTheSoftmax) {
  const std::vector<float> logits = {0, 1, 2, -1, 0.5f, 1.5f};
  constexpr int kDraws = 60000;
  SamplerOptions options = plain(42);
  options.temperature = 0.7f;
  Sampler sampler(options);
  std::map<int, int> counts;
  for (int i = 0; i < kDraws; ++i) ++counts[static_cast<int>(sampler.sample(logits))];
  std::vector<float> scaled;
  for (float logit : logits) scaled.push_back(logit / 0.7f);
  const auto p = softmax(scaled);
  long double chi_square = 0;
  for (size_t id = 0; id < p.size(); ++id) {
    const long double expected = p[id] * kDraws;
    chi_square += (counts[static_cast<int>(id)] - expected) * (counts[static_cast<int>(id)] - expected) / expected;
  }
  EXPECT_LT(chi_square, 20.5L);  // 5 degrees of freedom, 0.1 % point
}

TEST(Sampler, GreedyTakesTheFirstOfTheHighest) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInf = std::numeric_limits<float>::infinity();
  const SamplerOptions greedy{.temperature = 0};
  for (const size_t n : {1, 15, 16, 17, 100}) {
    for (size_t place = 0; place < n; ++place) {
      std::vector<float> logits(n, -2);
      for (size_t id = place; id < n; ++id) logits[id] = id % 3 == place % 3 ? 5 : -7;
      logits[(place + 1) % n] = place + 1 == n ? -2 : kNan;
      EXPECT_EQ(sample_once(greedy, logits), static_cast<int>(n == 1 ? 0 : place)) << n;
    }
  }
  EXPECT_EQ(sample_once(greedy, {kNan, -kInf, kNan}), 0);
  EXPECT_EQ(sample_once(greedy, {kNan, -kInf, 1, kInf, kInf}), 3);
  TokenMask mask(5);
  mask.set(2);
  mask.set(4);
  EXPECT_EQ(static_cast<int>(Sampler(greedy).sample(std::vector<float>{9, 9, kNan, 9, -kInf}, &mask)), 2);
  EXPECT_EQ(static_cast<int>(Sampler(greedy).sample(std::vector<float>{9, 9, -1, 9, -1}, &mask)), 2);
  EXPECT_EQ(static_cast<int>(Sampler(greedy).sample(std::vector<float>{9, 9, -1, 9, 0}, &mask)), 4);
}

}  // namespace
}  // namespace ondol
