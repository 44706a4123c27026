#include "recipe/work_folder.h"

#include <gtest/gtest.h>

#include "base/test_folder.h"

namespace ondol {
namespace {

TEST(WorkFolder, FindsAFinishedStageAgain) {
  const TestFolder folder;
  const std::string path = folder.path("work");
  {
    const auto work = WorkFolder::open(path, false, false);
    ASSERT_TRUE(work) << work.error().message;
    EXPECT_FALSE(work->done("tuned.gguf", "a"));
    folder.write("work/tuned.gguf", "weights");
    EXPECT_FALSE(work->done("tuned.gguf", "a")) << "a file that is not finished";
    ASSERT_TRUE(work->finish("tuned.gguf", "a", {{"seconds", 12.5}, {"kl", 1e-7}}));
  }
  const auto again = WorkFolder::open(path, true, false);
  ASSERT_TRUE(again);
  const auto numbers = again->done("tuned.gguf", "a");
  ASSERT_TRUE(numbers);
  EXPECT_EQ(*numbers, (StageNumbers{{"seconds", 12.5}, {"kl", 1e-7}}));
  EXPECT_FALSE(again->done("tuned.gguf", "b")) << "made of something else";
  EXPECT_FALSE(again->done("shrunk.gguf", "a"));
}

TEST(WorkFolder, IsNotTakenOverUnasked) {
  const TestFolder folder;
  const std::string path = folder.path("work");
  ASSERT_TRUE(WorkFolder::open(path, false, false));
  const auto again = WorkFolder::open(path, false, false);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::kBadInput);
  EXPECT_NE(again.error().message.find("--resume"), std::string::npos) << again.error().message;
}

TEST(WorkFolder, IsRemovedButForWhatIsNotOfIt) {
  const TestFolder folder;
  const std::string path = folder.path("work");
  const auto work = WorkFolder::open(path, false, false);
  ASSERT_TRUE(work);
  folder.write("work/shrunk.gguf", "weights");
  ASSERT_TRUE(work->finish("shrunk.gguf", "a", {}));
  folder.write("work/diary.txt", "mine");
  work->remove();
  EXPECT_TRUE(std::filesystem::exists(folder.path("work/diary.txt")));
  EXPECT_FALSE(std::filesystem::exists(folder.path("work/shrunk.gguf")));
  std::filesystem::remove(folder.path("work/diary.txt"));
  work->remove();
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace ondol
