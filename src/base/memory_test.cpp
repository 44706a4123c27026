#include "base/memory.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace ondol {
namespace {

TEST(Memory, BuffersAreZeroedAndAligned) {
  for (const int64_t size_bytes : {int64_t{1}, int64_t{100}, int64_t{5000}, int64_t{5} << 20}) {
    Result<Buffer> buffer = Buffer::allocate("test", size_bytes);
    ASSERT_TRUE(buffer);
    EXPECT_EQ(buffer->size_bytes(), size_bytes);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer->data()) % 64, 0u);
    EXPECT_TRUE(std::all_of(buffer->data(), buffer->data() + size_bytes, [](uint8_t byte) { return byte == 0; }));
    std::fill_n(buffer->data(), size_bytes, uint8_t{0xAB});
  }
}

TEST(Memory, LargeBuffersLieOnHugePageBoundaries) {
  Result<Buffer> buffer = Buffer::allocate("test", (2 << 20) + 1);
  ASSERT_TRUE(buffer);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer->data()) % (2 << 20), 0u);
}

TEST(Memory, AnEmptyBufferIsNoError) {
  Result<Buffer> buffer = Buffer::allocate("test", 0);
  ASSERT_TRUE(buffer);
  EXPECT_EQ(buffer->size_bytes(), 0);
}

TEST(Memory, RefusesWhatCannotBeHadAndNamesBothFigures) {
  const Result<Buffer> buffer = Buffer::allocate("the KV cache", int64_t{1} << 60);
  ASSERT_FALSE(buffer);
  EXPECT_EQ(buffer.error().kind, ErrorKind::kOutOfMemory);
  EXPECT_EQ(buffer.error().exit_code(), 1);
  EXPECT_NE(buffer.error().message.find("the KV cache"), std::string::npos);
  EXPECT_NE(buffer.error().message.find("1152921504606846976"), std::string::npos);
}

TEST(Memory, ReservesMoreThanThereIs) {
  const Result<Buffer> buffer = Buffer::reserve("test", int64_t{1} << 44);
  ASSERT_TRUE(buffer);
  EXPECT_EQ(buffer->data()[(int64_t{1} << 44) - 1], 0);
}

TEST(Memory, SeesSomeMemory) {
  EXPECT_GT(available_memory_bytes(), 0);
  EXPECT_TRUE(check_memory("test", 1));
}

}  // namespace
}  // namespace ondol
