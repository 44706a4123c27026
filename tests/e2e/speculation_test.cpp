// Guessing ahead, as a person meets it: the same answers, and what it says about itself.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "models.h"

namespace ondol::e2e {
namespace {

using nlohmann::json;

json answer(const std::vector<std::string>& more) {
  std::vector<std::string> args = {"run", kModel, "오늘 기분이 좋아", "-t", "1", "-n", "40", "--seed", "5", "--json"};
  args.insert(args.end(), more.begin(), more.end());
  const Outcome outcome = run_ondol(args);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return json::parse(outcome.out, nullptr, false);
}

std::string screen_of_chat(const std::vector<std::string>& more) {
  std::vector<std::string> args = {"run", kModel, "-t", "1", "--seed", "5", "-n", "24"};
  args.insert(args.end(), more.begin(), more.end());
  TerminalSession chat(args);
  for (const char* message : {"안녕하세요\n", "그래요\n", "왜 그럴까\n"}) {
    EXPECT_TRUE(chat.wait_for("> ")) << chat.screen();
    chat.type(message);
  }
  EXPECT_TRUE(chat.wait_for("\n> ")) << chat.screen();
  chat.type("/exit\n");
  return chat.finish().out + chat.screen();
}

TEST(Speculation, GivesTheSameAnswerAndSaysHowOftenItWasRight) {
  for (const char* temperature : {"0", "0.8"}) {
    const json plain = answer({"--temp", temperature, "--no-lookup"});
    EXPECT_EQ(plain["drafted_tokens"], 0);
    // the first token comes of the prompt; a last step may give the token that ends the answer
    EXPECT_GE(plain["decode_steps"], plain["generated_tokens"].get<int>() - 1);
    const json looked_up = answer({"--temp", temperature, "--draft-min", "3"});
    EXPECT_EQ(looked_up["tokens"], plain["tokens"]);
    // A model that drafts for itself is always right.
    const json drafted = answer({"--temp", temperature, "--no-lookup", "-md", kModel, "--draft-min", "3"});
    EXPECT_EQ(drafted["tokens"], plain["tokens"]);
    EXPECT_GT(drafted["drafted_tokens"], 3);
    EXPECT_EQ(drafted["accepted_tokens"], drafted["drafted_tokens"]);
    EXPECT_EQ(drafted["acceptance_rate"], 1);
    EXPECT_LT(drafted["decode_steps"], plain["decode_steps"]);
  }
  const Outcome shown = run_ondol({"run", kModel, "안녕하세요", "-n", "12", "-md", kModel, "--draft-min", "3"});
  EXPECT_NE(shown.err.find("guesses right (100 %)"), std::string::npos) << shown.err;
}

TEST(Speculation, ChangesNoChat) {
  const std::string plain = screen_of_chat({"--no-lookup"});
  EXPECT_EQ(screen_of_chat({"--draft-min", "4"}), plain);
  EXPECT_EQ(screen_of_chat({"-md", kModel, "--draft-min", "4", "--draft-max", "7"}), plain);
}

TEST(Speculation, RefusesWhatCannotHelp) {
  const auto refused = [](const std::vector<std::string>& more) {
    std::vector<std::string> args = {"run", kModel, "안녕"};
    args.insert(args.end(), more.begin(), more.end());
    const Outcome outcome = run_ondol(args);
    EXPECT_EQ(outcome.exit_code, 2) << outcome.err;
    EXPECT_EQ(count_lines(outcome.err), 1) << outcome.err;
    return outcome.err;
  };
  EXPECT_NE(refused({"--draft-max", "65"}).find("--draft-max"), std::string::npos);
  EXPECT_NE(refused({"--draft-min", "17"}).find("--draft-min"), std::string::npos);
  EXPECT_NE(refused({"--draft-p-min", "0.5"}).find("--model-draft"), std::string::npos);
  EXPECT_NE(refused({"-md", kModel, "--draft-max", "0"}).find("--draft-max"), std::string::npos);
  refused({"-md", "no-such-model.gguf"});
  if (!std::filesystem::exists(kStoryFolder)) GTEST_SKIP() << "no checkpoint at " << kStoryFolder;
  const Folder folder;
  ASSERT_EQ(run_ondol({"import", kStoryFolder + "/stories260K.bin", "--tokenizer", kStoryFolder + "/tok512.bin", "-o",
                       folder / "s.gguf"})
                .exit_code,
            0);
  EXPECT_NE(refused({"-md", folder / "s.gguf"}).find("vocabulary"), std::string::npos);
}

}  // namespace
}  // namespace ondol::e2e
