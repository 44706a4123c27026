#include "base/interrupt.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

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

TEST(Interrupt, WaitingForInputEndsWithACtrlCThatCameBefore) {
  install_interrupt_handler();
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], "x", 1), 1);
  EXPECT_TRUE(wait_for_input(ends[0]));
  raise(SIGINT);
  EXPECT_FALSE(wait_for_input(ends[0]));
  clear_interrupt();
  close(ends[0]);
  close(ends[1]);
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
