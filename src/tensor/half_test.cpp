#include "tensor/half.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

namespace ondol {
namespace {

// The definition, by powers of two.
double value_of_half(int half) {
  const int exponent = half >> 10 & 31, fraction = half & 1023;
  const double magnitude = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return half & 0x8000 ? -magnitude : magnitude;
}

TEST(Half, DecodesEveryFiniteValueByItsDefinition) {
  for (int half = 0; half < 65536; ++half) {
    if ((half & 0x7c00) == 0x7c00) continue;
    const float value = half_to_float(static_cast<uint16_t>(half));
    EXPECT_EQ(static_cast<double>(value), value_of_half(half)) << half;
    EXPECT_EQ(std::signbit(value), half >= 0x8000) << half;
  }
}

TEST(Half, GivesEveryValueBackAfterARoundTrip) {
  for (int half = 0; half < 65536; ++half) {
    const float value = half_to_float(static_cast<uint16_t>(half));
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(half_to_float(float_to_half(value)))) << half;
    } else {
      EXPECT_EQ(float_to_half(value), half);
    }
  }
}

TEST(Half, RoundsToNearestAndTiesToEven) {
  for (int half = 0; half < 0x7bff; ++half) {
    // Between neighbours f32 has room, so the middle is exact.
    const float middle = static_cast<float>((value_of_half(half) + value_of_half(half + 1)) / 2);
    EXPECT_EQ(float_to_half(middle), half % 2 == 0 ? half : half + 1) << half;
    EXPECT_EQ(float_to_half(std::nextafter(middle, 0.0f)), half) << half;
    EXPECT_EQ(float_to_half(std::nextafter(middle, INFINITY)), half + 1) << half;
    EXPECT_EQ(float_to_half(-std::nextafter(middle, 0.0f)), half | 0x8000) << half;
  }
}

TEST(Half, OverflowsToInfinityHalfwayToTheNextPower) {
  EXPECT_EQ(float_to_half(65519.996f), 0x7bff);
  EXPECT_EQ(float_to_half(65520.0f), 0x7c00);
  EXPECT_EQ(float_to_half(-INFINITY), 0xfc00);
  EXPECT_EQ(half_to_float(0x7c00), INFINITY);
}

TEST(Bf16, GivesEveryValueBackAfterARoundTrip) {
  for (int bf16 = 0; bf16 < 65536; ++bf16) {
    const float value = bf16_to_float(static_cast<uint16_t>(bf16));
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(bf16_to_float(float_to_bf16(value)))) << bf16;
    } else {
      EXPECT_EQ(float_to_bf16(value), bf16);
    }
  }
}

TEST(Bf16, RoundsToNearestAndTiesToEven) {
  EXPECT_EQ(float_to_bf16(std::bit_cast<float>(0x3f808000u)), 0x3f80);
  EXPECT_EQ(float_to_bf16(std::bit_cast<float>(0x3f808001u)), 0x3f81);
  EXPECT_EQ(float_to_bf16(std::bit_cast<float>(0x3f818000u)), 0x3f82);
  EXPECT_EQ(float_to_bf16(std::bit_cast<float>(0x7f7fffffu)), 0x7f80);  // the largest f32 rounds to infinity
  EXPECT_EQ(float_to_bf16(std::bit_cast<float>(0x00000001u)), 0x0000);
}

}  // namespace
}  // namespace ondol
