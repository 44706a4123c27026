#include "base/progress.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace ondol {
namespace {

// What `Progress` prints for a piece of work of 1000 steps.
std::string printed(ProgressStyle style, int64_t last_step) {
  char* text = nullptr;
  size_t size = 0;
  std::FILE* out = open_memstream(&text, &size);
  {
    Progress progress("writing", style, out);
    for (int64_t step = 0; step <= last_step; ++step) progress.update(step, 1000);
  }
  std::fclose(out);
  std::string result(text, size);
  std::free(text);
  return result;
}

TEST(Progress, SaysNothingWhenQuiet) { EXPECT_EQ(printed(ProgressStyle::kQuiet, 1000), ""); }

TEST(Progress, PrintsALineForEachTenth) {
  EXPECT_EQ(printed(ProgressStyle::kLines, 1000),
            "writing: 0 %\nwriting: 10 %\nwriting: 20 %\nwriting: 30 %\nwriting: 40 %\nwriting: 50 %\n"
            "writing: 60 %\nwriting: 70 %\nwriting: 80 %\nwriting: 90 %\nwriting: 100 %\n");
}

TEST(Progress, ABarEndsFullAndOnItsOwnLine) {
  const std::string text = printed(ProgressStyle::kBar, 1000);
  EXPECT_TRUE(text.ends_with("100 %\n")) << text;
  EXPECT_EQ(text.find("\033[36m"), std::string::npos);
  EXPECT_NE(printed(ProgressStyle::kColorBar, 1000).find("\033[36m"), std::string::npos);
}

TEST(Progress, AnUnfinishedBarIsTakenOffTheScreen) {
  EXPECT_TRUE(printed(ProgressStyle::kBar, 500).ends_with("\r\033[K"));
}

TEST(Progress, DrawsTheBar) {
  EXPECT_EQ(progress_bar("x", 0), "x [>                             ]   0 %");
  EXPECT_EQ(progress_bar("x", 50), "x [===============>              ]  50 %");
  EXPECT_EQ(progress_bar("x", 100), "x [==============================] 100 %");
}

TEST(Progress, IgnoresWorkOfUnknownSize) {
  Progress progress("x", ProgressStyle::kLines);
  progress.update(5, 0);
}

TEST(Progress, StaysQuietWhenAsked) { EXPECT_EQ(choose_progress_style(true), ProgressStyle::kQuiet); }

}  // namespace
}  // namespace ondol
