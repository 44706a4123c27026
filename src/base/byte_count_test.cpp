#include "base/byte_count.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

TEST(ByteCount, ReadsUnitsOfTenAndOfTwo) {
  EXPECT_EQ(parse_byte_count("600M"), 600'000'000);
  EXPECT_EQ(parse_byte_count("1.5GB"), 1'500'000'000);
  EXPECT_EQ(parse_byte_count("512KiB"), 512 * 1024);
  EXPECT_EQ(parse_byte_count("1048576"), 1048576);
}

TEST(ByteCount, RefusesWhatIsNoNumberOfBytes) {
  for (const char* text : {"", "M", "-1M", "0", "0.2", "600X", "600 M", "nan", "inf", "1e300", "1e16"}) {
    EXPECT_EQ(parse_byte_count(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace ondol
