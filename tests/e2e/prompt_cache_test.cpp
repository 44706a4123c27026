// run --prompt-cache: a second process computes only what is new, and says the same.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "models.h"

namespace ondol::e2e {
namespace {

using nlohmann::json;

const std::string kSystem =
    "당신은 친절한 도우미입니다. 짧고 쉽게 대답하고, 모르는 것은 모른다고 말하세요. 늘 존댓말을 쓰고, 숫자는 정확하게 "
    "적으세요.";

json ask(const std::string& question, const std::string& cache, std::vector<std::string> more = {}) {
  std::vector<std::string> args = {"run",    kModel, question, "--system", kSystem, "--json",
                                   "--temp", "0",    "-n",     "12",       "-t",    "1"};
  if (!cache.empty()) args.insert(args.end(), {"--prompt-cache", cache});
  args.insert(args.end(), more.begin(), more.end());
  const Outcome outcome = run_ondol(args);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return json::parse(outcome.out);
}

TEST(PromptCache, ASecondProcessComputesOnlyWhatIsNew) {
  const Folder folder;
  const std::string cache = folder / "cache";
  const json first = ask("오늘 날씨 어때요?", cache);
  EXPECT_EQ(first["cached_tokens"], 0);
  const json again = ask("오늘 날씨 어때요?", cache);
  EXPECT_GE(again["cached_tokens"], first["prompt_tokens"].get<int>() / 32 * 32);
  EXPECT_EQ(again["tokens"], first["tokens"]);

  const json other = ask("저녁에 뭐 먹을까요?", cache), alone = ask("저녁에 뭐 먹을까요?", "");
  EXPECT_GE(other["cached_tokens"], 32);  // the system message
  EXPECT_EQ(alone["cached_tokens"], 0);
  EXPECT_EQ(other["tokens"], alone["tokens"]);
  EXPECT_EQ(ask("오늘 날씨 어때요?", cache, {"--kv-type", "q8_0"})["cached_tokens"], 0);
}

TEST(PromptCache, DamagedFilesAreNotUsedAndSaidSo) {
  const Folder folder;
  const std::string cache = folder / ".";
  const json first = ask("안녕하세요", cache);
  for (const std::string& name : folder.names()) write_file(folder / name, "nonsense");
  const Outcome outcome = run_ondol({"run", kModel, "안녕하세요", "--system", kSystem, "--json", "--temp", "0", "-n",
                                     "12", "-t", "1", "--prompt-cache", cache});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_NE(outcome.err.find("prompt cache were not used"), std::string::npos) << outcome.err;
  EXPECT_EQ(json::parse(outcome.out)["tokens"], first["tokens"]);
  EXPECT_EQ(json::parse(outcome.out)["cached_tokens"], 0);
}

TEST(PromptCache, AFileInItsPlaceIsAnError) {
  const Folder folder;
  write_file(folder / "cache", "x");
  const Outcome outcome = run_ondol({"run", kModel, "안녕", "--prompt-cache", folder / "cache"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_NE(outcome.err.find("needs a folder"), std::string::npos) << outcome.err;
}

// The answer is worth more than the cache: a full disk costs a note.
TEST(PromptCache, AFullDiskCostsANoteAndNotTheAnswer) {
  const Folder folder;
  const Outcome outcome = run_ondol({"run", kModel, "안녕", "-t", "1", "-n", "4", "--prompt-cache", folder / "cache"},
                                    {.max_file_bytes = 1000});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("prompt cache was not written"), std::string::npos) << outcome.err;
  EXPECT_FALSE(outcome.out.empty());
}

}  // namespace
}  // namespace ondol::e2e
