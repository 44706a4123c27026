#include "base/interrupt.h"

#include <gtest/gtest.h>
#include <signal.h>

namespace ondol {
namespace {

TEST(Interrupt, TheFirstCtrlCSetsAFlagThatCanBeCleared) {
  install_interrupt_handler();
  EXPECT_FALSE(interrupted());
  EXPECT_TRUE(check_interrupted());
  raise(SIGINT);
  EXPECT_TRUE(interrupted());
  ASSERT_FALSE(check_interrupted());
  EXPECT_EQ(check_interrupted().error().exit_code(), 130);
  clear_interrupt();
  EXPECT_FALSE(interrupted());
}

TEST(InterruptDeathTest, TheSecondCtrlCEndsTheProcessAtOnce) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        install_interrupt_handler();
        raise(SIGINT);
        raise(SIGINT);
      },
      testing::ExitedWithCode(130), "");
}

}  // namespace
}  // namespace ondol
