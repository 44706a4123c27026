#include "model/rope.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ondol {
namespace {

TEST(Rope, FrequenciesFallWithTheDimension) {
  const auto plain = rope_frequencies(8, 10000, {}, nullptr);
  ASSERT_EQ(plain.size(), 4u);
  for (int i = 0; i < 4; ++i)
    EXPECT_FLOAT_EQ(plain[static_cast<size_t>(i)], static_cast<float>(std::pow(10000.0, -i / 4.0)));
  const float factors[] = {1, 2, 4, 8};
  const auto divided = rope_frequencies(8, 10000, {.kind = RopeScaling::Kind::kLinear, .factor = 4}, factors);
  for (size_t i = 0; i < 4; ++i) EXPECT_FLOAT_EQ(divided[i], plain[i] / 4 / factors[i]);
}

// The ends of YaRN's ramp: the first dimensions are kept, the last divided by the factor, and nothing lies outside.
TEST(Rope, YarnKeepsShortWavesAndDividesLongOnes) {
  RopeScaling yarn{.kind = RopeScaling::Kind::kYarn, .factor = 8, .original_context = 4096};
  const auto plain = rope_frequencies(128, 1e6, {}, nullptr), scaled = rope_frequencies(128, 1e6, yarn, nullptr);
  EXPECT_FLOAT_EQ(scaled.front(), plain.front());
  EXPECT_FLOAT_EQ(scaled.back(), plain.back() / 8);
  for (size_t i = 0; i < plain.size(); ++i) {
    EXPECT_LE(scaled[i], plain[i] * 1.000001f);
    EXPECT_GE(scaled[i], plain[i] / 8 * 0.999999f);
  }
  yarn.yarn_whole_dims = false;
  EXPECT_NE(rope_frequencies(128, 1e6, yarn, nullptr), scaled);
}

}  // namespace
}  // namespace ondol
