#include "base/bytes.h"

#include <gtest/gtest.h>

#include <limits>

namespace ondol {
namespace {

constexpr uint8_t kData[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 'a', 'b', 'c'};

TEST(Bytes, ReadsLittleEndianWhereverItStands) {
  Bytes in(kData);
  EXPECT_EQ(in.take_u8(), 0x01);
  EXPECT_EQ(in.take_u16(), 0x0302);
  EXPECT_EQ(in.take_u32(), 0x07060504u);
  EXPECT_EQ(in.position(), 7);
  EXPECT_EQ(in.size_bytes(), 4);
}

TEST(Bytes, GivesNothingAndStaysWhenTooLittleIsLeft) {
  Bytes in(kData);
  ASSERT_TRUE(in.take_u64());
  EXPECT_FALSE(in.take_u32());
  EXPECT_FALSE(in.take_f32());
  EXPECT_FALSE(in.take_span(4));
  EXPECT_EQ(in.position(), 8);
  EXPECT_EQ(in.take_text(3), "abc");
  EXPECT_FALSE(in.take_u8());
}

TEST(Bytes, RefusesLengthsThatWouldOverflow) {
  Bytes in(kData);
  ASSERT_TRUE(in.take_u8());
  EXPECT_FALSE(in.take_span(std::numeric_limits<uint64_t>::max()));
  EXPECT_FALSE(in.take_text(uint64_t{1} << 63));
  EXPECT_EQ(in.position(), 1);
}

TEST(Bytes, AnEmptyViewHoldsNothing) {
  Bytes in;
  EXPECT_EQ(in.size_bytes(), 0);
  EXPECT_FALSE(in.take_u8());
  EXPECT_TRUE(in.take_span(0));
}

}  // namespace
}  // namespace ondol
