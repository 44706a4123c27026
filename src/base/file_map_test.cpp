#include "base/file_map.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <thread>

#include "base/test_folder.h"

namespace ondol {
namespace {

constexpr int64_t kPageBytes = 4096;

uint64_t sum(std::span<const uint8_t> bytes) { return std::accumulate(bytes.begin(), bytes.end(), uint64_t{0}); }

TEST(FileMap, ShowsTheFile) {
  const TestFolder folder;
  const auto map = FileMap::open(folder.write("file", "온돌"));
  ASSERT_TRUE(map);
  const auto bytes = (*map)->bytes();
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()), "온돌");
  (*map)->prefetch();
  EXPECT_FALSE((*map)->lost());
}

TEST(FileMap, AnEmptyFileIsAnEmptyMap) {
  const TestFolder folder;
  const auto map = FileMap::open(folder.write("empty", ""));
  ASSERT_TRUE(map);
  EXPECT_TRUE((*map)->bytes().empty());
  EXPECT_FALSE((*map)->lost());
}

TEST(FileMap, RefusesWhatIsNoFile) {
  const TestFolder folder;
  ASSERT_EQ(mkfifo(folder.path("pipe").c_str(), 0600), 0);
  for (const char* name : {"absent", ".", "pipe"}) {
    const auto map = FileMap::open(folder.path(name));
    ASSERT_FALSE(map) << name;
    EXPECT_EQ(map.error().kind, ErrorKind::kBadInput);
    EXPECT_NE(map.error().message.find(folder.path(name)), std::string::npos);
  }
}

TEST(FileMap, SurvivesAFileThatShrinks) {
  const TestFolder folder;
  const std::string path = folder.write("file", std::string(16 * kPageBytes, '\1'));
  const auto map = FileMap::open(path);
  ASSERT_TRUE(map);
  std::filesystem::resize_file(path, 4 * kPageBytes);
  EXPECT_EQ(sum((*map)->bytes()), 4u * kPageBytes);  // the rest reads as zeros
  EXPECT_TRUE((*map)->lost());
}

TEST(FileMap, NoticesAFileThatShrankByLessThanAPage) {
  const TestFolder folder;
  const std::string path = folder.write("file", std::string(100, '\1'));
  const auto map = FileMap::open(path);
  ASSERT_TRUE(map);
  std::filesystem::resize_file(path, 50);
  EXPECT_TRUE((*map)->lost());
}

TEST(FileMap, ALostMapLeavesOthersAlone) {
  const TestFolder folder;
  const auto kept = FileMap::open(folder.write("kept", std::string(3 * kPageBytes, '\2')));
  const std::string path = folder.write("file", std::string(3 * kPageBytes, '\1'));
  const auto map = FileMap::open(path);
  ASSERT_TRUE(kept && map);
  std::filesystem::resize_file(path, 0);
  EXPECT_EQ(sum((*map)->bytes()), 0u);
  EXPECT_EQ(sum((*kept)->bytes()), 6u * kPageBytes);
  EXPECT_TRUE((*map)->lost());
  EXPECT_FALSE((*kept)->lost());
}

TEST(FileMap, SeveralThreadsMayHitTheHoleAtOnce) {
  const TestFolder folder;
  for (int round = 0; round < 20; ++round) {
    const std::string path = folder.write("file", std::string(64 * kPageBytes, '\1'));
    const auto map = FileMap::open(path);
    ASSERT_TRUE(map);
    std::filesystem::resize_file(path, kPageBytes);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { EXPECT_EQ(sum((*map)->bytes()), 1u * kPageBytes); });
    for (std::thread& thread : threads) thread.join();
    EXPECT_TRUE((*map)->lost());
  }
}

TEST(FileMapDeathTest, ABusErrorElsewhereStillEndsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const TestFolder folder;
  const std::string path = folder.write("file", std::string(2 * kPageBytes, '\1'));
  const auto map = FileMap::open(path);  // installs the handler
  ASSERT_TRUE(map);
  EXPECT_DEATH(
      {
        std::FILE* file = std::fopen(path.c_str(), "r");
        auto* foreign =
            static_cast<volatile uint8_t*>(mmap(nullptr, 2 * kPageBytes, PROT_READ, MAP_SHARED, fileno(file), 0));
        std::filesystem::resize_file(path, 0);
        (void)foreign[0];
      },
      "");
}

}  // namespace
}  // namespace ondol
