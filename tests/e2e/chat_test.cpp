// The chat, on a pseudo terminal.
#include <gtest/gtest.h>

#include <filesystem>

#include "models.h"

namespace ondol::e2e {
namespace {

const std::vector<std::string> kChat = {"run", kModel, "-t", "1", "--temp", "0", "-n", "24"};

TEST(Chat, AnswersAndEndsWithCtrlD) {
  TerminalSession chat(kChat);
  ASSERT_TRUE(chat.wait_for("> "));
  chat.type("안녕하세요\n");
  ASSERT_TRUE(chat.wait_for("\n> ")) << chat.screen();
  chat.type("/stats\n");
  ASSERT_TRUE(chat.wait_for("512")) << chat.screen();
  ASSERT_TRUE(chat.wait_for("> "));
  chat.type("\x04");
  EXPECT_EQ(chat.finish().exit_code, 0);
}

TEST(Chat, FeedsOnlyWhatIsNew) {
  TerminalSession chat(kChat);
  for (int turn = 0; turn < 2; ++turn) {
    ASSERT_TRUE(chat.wait_for("> "));
    chat.type("그래요\n");
  }
  ASSERT_TRUE(chat.wait_for("\n> "));
  chat.type("/stats\n");
  // the frame of a turn and a word or two, not the first turn again
  ASSERT_TRUE(chat.wait_for("prompt ")) << chat.screen();
  ASSERT_TRUE(chat.wait_for("cached"));
  const std::string screen = chat.screen();
  int n_prompt = 0, n_cached = 0;
  ASSERT_EQ(std::sscanf(screen.c_str() + screen.rfind("prompt "), "prompt %d tokens, %d of them cached", &n_prompt,
                        &n_cached),
            2)
      << screen;
  EXPECT_GT(n_cached, 0);
  EXPECT_LT(n_prompt - n_cached, 16) << screen;
  chat.type("/exit\n");
  EXPECT_EQ(chat.finish().exit_code, 0);
}

TEST(Chat, ObeysItsCommands) {
  TerminalSession chat(kChat);
  ASSERT_TRUE(chat.wait_for("> "));
  chat.type("/help\n");
  EXPECT_TRUE(chat.wait_for("/system TEXT"));
  chat.type("/nonsense\n");
  EXPECT_TRUE(chat.wait_for("unknown command: /nonsense"));
  chat.type("/reset\n");
  EXPECT_TRUE(chat.wait_for("forgotten"));
  chat.type("/system 짧게\n");
  EXPECT_TRUE(chat.wait_for("system message is set"));
  chat.type("\"\"\"첫째\n둘째\"\"\"\n");
  EXPECT_TRUE(chat.wait_for("\n> "));
  chat.type("/exit\n");
  EXPECT_EQ(chat.finish().exit_code, 0);
}

TEST(Chat, SecondCtrlCEnds) {
  TerminalSession chat(kChat);
  ASSERT_TRUE(chat.wait_for("> "));
  chat.type("\x03");
  ASSERT_TRUE(chat.wait_for("Ctrl-C again"));
  ASSERT_TRUE(chat.wait_for("> "));
  chat.type("\x03");
  EXPECT_EQ(chat.finish().exit_code, 130);
}

TEST(Chat, CtrlCStopsAnAnswerAndComesBack) {
  if (!std::filesystem::exists(kStoryFolder)) GTEST_SKIP() << "no checkpoint at " << kStoryFolder;
  const Folder folder;
  ASSERT_EQ(run_ondol({"import", kStoryFolder + "/stories260K.bin", "--tokenizer", kStoryFolder + "/tok512.bin", "-o",
                       folder / "s.gguf"})
                .exit_code,
            0);
  TerminalSession chat({"run", folder / "s.gguf", "-t", "1", "--temp", "0"});
  ASSERT_TRUE(chat.wait_for("> "));
  chat.type("Once upon a time\n");
  ASSERT_TRUE(chat.wait_for("there was")) << chat.screen();
  chat.type("\x03");
  ASSERT_TRUE(chat.wait_for("\n> ")) << chat.screen();
  chat.type("/exit\n");
  EXPECT_EQ(chat.finish().exit_code, 0);
}

TEST(Chat, AFullContextForgetsTheOldestTurnsAndSaysSo) {
  TerminalSession chat({"run", kModel, "-t", "1", "--temp", "0", "-n", "16", "-c", "64"});
  for (int turn = 0; turn < 6; ++turn) {
    ASSERT_TRUE(chat.wait_for("> "));
    chat.type("오늘 저녁에 뭐 먹을까요?\n");
  }
  EXPECT_TRUE(chat.wait_for("oldest turn(s) are forgotten")) << chat.screen();
  chat.type("\x04");
  EXPECT_EQ(chat.finish().exit_code, 0);
}

// What was read at load stays good; what is still mapped must be an error, never a signal or a wrong answer.
TEST(Chat, AModelFileThatShrinksNeverEndsInASignalOrAWrongAnswer) {
  const Folder folder;
  const auto chat_with = [&](const std::string& name, bool shrink) {
    write_file(folder / name, read_file(kModel));
    TerminalSession chat({"run", folder / name, "-t", "1", "--temp", "0", "-n", "16"});
    EXPECT_TRUE(chat.wait_for("> "));
    chat.type("안녕\n");
    EXPECT_TRUE(chat.wait_for("\n> "));
    if (shrink) std::filesystem::resize_file(folder / name, 4096);
    chat.type("잘 지냈어?\n/exit\n");
    Outcome outcome = chat.finish();
    outcome.out.erase(0, outcome.out.find('\n'));  // the banner names the file
    return outcome;
  };
  const Outcome whole = chat_with("whole.gguf", false), shrunk = chat_with("shrunk.gguf", true);
  EXPECT_EQ(shrunk.signal, 0);
  if (shrunk.exit_code == 0) EXPECT_EQ(shrunk.out, whole.out);
  else EXPECT_EQ(shrunk.exit_code, 1) << shrunk.out;
}

}  // namespace
}  // namespace ondol::e2e
