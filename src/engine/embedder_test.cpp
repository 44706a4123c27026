#include "engine/embedder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "engine/tiny_engine.h"

namespace ondol {
namespace {

using Vectors = std::vector<std::vector<float>>;

std::unique_ptr<Embedder> tiny_embedder(const Model& model, ThreadPool& pool, const EmbedderOptions& options = {}) {
  auto embedder = Embedder::create(model, pool, options);
  EXPECT_TRUE(embedder) << embedder.error().message;
  return std::move(*embedder);
}

std::vector<std::vector<TokenId>> random_texts(std::initializer_list<int64_t> lengths) {
  SplitMix64 random(5);
  std::vector<std::vector<TokenId>> texts;
  for (const int64_t n : lengths) texts.push_back(random_text(n, random));
  return texts;
}

double length(const std::vector<float>& vector) {
  return std::sqrt(std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0));
}

TEST(Embedder, IsTheSameBitForBitInAnyCompanyAndStep) {
  const Model model = tiny_model();
  ThreadPool pool(2);
  const auto texts = random_texts({3, 40, 1, 200, 17});
  for (const Pooling pooling : {Pooling::kMean, Pooling::kCls, Pooling::kLast}) {
    const auto together = tiny_embedder(model, pool, {.pooling = pooling})->embed(texts);
    ASSERT_TRUE(together);
    for (const int64_t step : {7, 33}) {
      const auto embedder = tiny_embedder(model, pool, {.pooling = pooling, .max_step_tokens = step});
      for (size_t i = 0; i < texts.size(); ++i) {
        EXPECT_EQ(*embedder->embed({&texts[i], 1}), Vectors{(*together)[i]}) << i << ", step " << step;
      }
    }
  }
}

TEST(Embedder, TellsPoolingsApartAndScalesToLengthOne) {
  const Model model = tiny_model();
  ThreadPool pool(1);
  const auto texts = random_texts({1, 9});
  std::vector<Vectors> all;
  for (const Pooling pooling : {Pooling::kMean, Pooling::kCls, Pooling::kLast}) {
    all.push_back(*tiny_embedder(model, pool, {.pooling = pooling})->embed(texts));
    EXPECT_NEAR(length(all.back()[1]), 1, 1e-6);
  }
  EXPECT_EQ(all[0][0], all[1][0]);  // of one token
  EXPECT_EQ(all[0][0], all[2][0]);
  EXPECT_NE(all[0][1], all[1][1]);
  EXPECT_NE(all[1][1], all[2][1]);
  auto plain = tiny_embedder(model, pool, {.pooling = Pooling::kLast, .normalises = false})->embed(texts);
  EXPECT_GT(std::abs(length((*plain)[1]) - 1), 0.1);
  scale_to_length_one((*plain)[1]);
  EXPECT_EQ((*plain)[1], all[2][1]);
}

TEST(Embedder, TakesTextsWhileItWorksAndForgetsCancelledOnes) {
  const Model model = tiny_model();
  ThreadPool pool(1);
  const auto texts = random_texts({100, 50, 5, 60});
  const auto expected = *tiny_embedder(model, pool)->embed(texts);
  const auto embedder = tiny_embedder(model, pool, {.max_step_tokens = 16});
  std::vector<std::pair<EmbeddingId, std::vector<float>>> done;
  std::optional<EmbeddingId> added;
  const auto keep = [&](EmbeddingId id, std::vector<float> vector) {
    done.emplace_back(id, std::move(vector));
    if (!added) added = *embedder->add(texts[3]);
  };
  const EmbeddingId begun = *embedder->add(texts[0]);
  const EmbeddingId first = *embedder->add(texts[1]), second = *embedder->add(texts[2]);
  ASSERT_TRUE(embedder->step(keep));
  embedder->cancel(begun);  // in part read
  while (!embedder->idle()) ASSERT_TRUE(embedder->step(keep));
  ASSERT_EQ(done.size(), 3u);
  EXPECT_EQ(done[0], std::pair(first, expected[1]));
  EXPECT_EQ(done[1], std::pair(second, expected[2]));
  EXPECT_EQ(done[2], std::pair(*added, expected[3]));
}

TEST(Embedder, ReadsMoreTextsThanAStepTakes) {
  const Model model = tiny_model();
  ThreadPool pool(1);
  const std::vector<std::vector<TokenId>> texts(200, random_texts({2})[0]);
  const auto vectors = *tiny_embedder(model, pool)->embed(texts);
  EXPECT_EQ(vectors, Vectors(200, vectors[0]));
}

TEST(Embedder, RefusesWhatItCannotRead) {
  Model model = tiny_model();
  ThreadPool pool(1);
  EXPECT_FALSE(Embedder::create(model, pool, {.context_length = 257}));
  const auto embedder = tiny_embedder(model, pool, {.context_length = 20});
  EXPECT_FALSE(embedder->add({}));
  EXPECT_FALSE(embedder->add(random_texts({21})[0]));
  EXPECT_FALSE(embedder->add({TokenId{50}}));
  EXPECT_FALSE(embedder->add({TokenId{-1}}));
  EXPECT_TRUE(embedder->idle());
  model.metadata.set_u32("llama.pooling_type", 3);
  EXPECT_EQ(tiny_embedder(model, pool)->pooling(), Pooling::kLast);
  model.metadata.set_u32("llama.pooling_type", 4);  // ranks
  EXPECT_EQ(Embedder::create(model, pool, {}).error().kind, ErrorKind::kUnsupported);
  EXPECT_TRUE(Embedder::create(model, pool, {.pooling = Pooling::kMean}));
  model.metadata.set_u32("llama.pooling_type", 5);
  EXPECT_EQ(Embedder::create(model, pool, {}).error().kind, ErrorKind::kCorruptFile);
}

}  // namespace
}  // namespace ondol
