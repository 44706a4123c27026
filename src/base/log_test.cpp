#include "base/log.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

// The level is read once per process, so each value gets its own.
void expect_logged(const char* level, const char* expected) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        setenv("ONDOL_LOG", level, 1);
        log_line(LogLevel::kDebug, "d{}", 1);
        log_line(LogLevel::kInfo, "i{}", 2);
        log_line(LogLevel::kWarning, "w{}", 3);
        std::exit(0);
      },
      testing::ExitedWithCode(0), expected);
}

TEST(LogDeathTest, TheLevelComesFromTheEnvironment) {
  expect_logged("debug", "debug d1\n.*info i2\n.*warning w3");
  expect_logged("warning", "^[0-9:.]* warning w3\n$");
  expect_logged("nonsense", "^[0-9:.]* warning w3\n$");
  expect_logged("off", "^$");
}

}  // namespace
}  // namespace ondol
