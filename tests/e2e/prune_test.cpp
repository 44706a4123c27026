// shrink --layers and --ffn in whole processes.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "models.h"

namespace ondol::e2e {
namespace {

using nlohmann::json;

class Prune : public testing::Test {
 protected:
  void SetUp() override {
    std::string text;
    for (int i = 0; i < 80; ++i) text += "이 영화는 " + std::to_string(i) + "번 봐도 재미있어요.\n\n";
    write_file(text_, text);
    const Outcome made = run_ondol({"tune", kModel, text_, "-o", model_, "--init",
                                    "layers=4,hidden=64,heads=2,ffn=128,context=64", "--steps", "3", "-q"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
  }

  std::vector<std::string> args(std::vector<std::string> more) const {
    std::vector<std::string> all = {"shrink", model_,    "--text",    text_, "--search-time",
                                    "0.2",    "--types", "Q8_0,Q4_0", "-o",  out_};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  Folder folder_;
  const std::string text_ = folder_ / "field.txt", model_ = folder_ / "model.gguf", out_ = folder_ / "small.gguf";
  const std::vector<std::string> inputs_ = {"field.txt", "model.gguf"};
};

TEST_F(Prune, WritesAFileThatRunsAndSaysHowItCompares) {
  const Outcome outcome =
      run_ondol(args({"--layers", "50%", "--ffn", "50%", "--repair", "2", "--size", "60%", "--json"}));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json report = json::parse(outcome.out);
  const json pruning = report["pruning"];
  EXPECT_EQ(std::filesystem::file_size(out_), report["bytes"]);
  EXPECT_LE(report["bytes"], report["budget_bytes"]);
  EXPECT_EQ(pruning["pruned"]["bytes"], report["bytes"]);
  EXPECT_NEAR(pruning["original"]["bytes"], static_cast<double>(std::filesystem::file_size(model_)), 64);
  EXPECT_LE(pruning["plain"]["bytes"], report["bytes"]);
  EXPECT_EQ(pruning["original"]["kl"]["mean"], 0);
  EXPECT_GT(pruning["original"]["bits_per_byte"], 0);
  EXPECT_GT(pruning["pruned"]["kl"]["p99"], pruning["pruned"]["kl"]["median"]);
  EXPECT_TRUE(pruning["unseen_text"]);
  EXPECT_TRUE(pruning["better"].is_string());
  const auto n_layers = static_cast<int>(pruning["layers"].size());
  EXPECT_EQ(n_layers, pruning["layers_before"].get<int>() / 2);
  EXPECT_LE(pruning["ffn"].get<int>(), pruning["ffn_before"].get<int>() / 2);

  const Outcome shown = run_ondol({"show", out_, "--json"});
  ASSERT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_EQ(run_ondol({"run", out_, "안녕", "-n", "4", "--temp", "0"}).exit_code, 0);
  EXPECT_EQ(run_ondol({"logits", out_, "--tokens", "1,2,3"}).exit_code, 0);
}

TEST_F(Prune, WithoutASizeMatricesStayAsTheyWere) {
  const Outcome outcome = run_ondol(args({"--layers", "2"}));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("--repair"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.out.find("layers: 2 of "), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("quantis"), std::string::npos) << outcome.out;
  EXPECT_LT(std::filesystem::file_size(out_), std::filesystem::file_size(model_));
  const Outcome korean = run_ondol(args({"--layers", "2", "--force", "--lang", "ko"}));
  ASSERT_EQ(korean.exit_code, 0) << korean.err;
  EXPECT_NE(korean.out.find("양자화만"), std::string::npos) << korean.out;
}

TEST_F(Prune, BadInputIsOneLine) {
  const std::vector<std::vector<std::string>> bad = {
      {"--layers", "0"},
      {"--layers", "99"},
      {"--layers", "100%"},
      {"--layers", "0%"},
      {"--layers", "101%"},
      {"--layers", "-2"},
      {"--layers", "half"},
      {"--ffn", "0"},
      {"--ffn", "31"},
      {"--ffn", "1000000"},
      {"--ffn", "100%"},
      {"--layers", "2", "--ffn", "x"},
      {"--layers", "2", "--imatrix", "im.gguf"},
      {"--layers", "2", "--size", "100"},
      {"--layers", "2", "--text", folder_ / "no.txt"},
  };
  for (const auto& more : bad) {
    std::vector<std::string> all = args(more);
    all.push_back("-q");
    const Outcome outcome = run_ondol(all);
    EXPECT_EQ(outcome.exit_code, 2) << more[0] << " " << more[1] << ": " << outcome.err;
    EXPECT_EQ(count_lines(outcome.err), 1) << outcome.err;
  }
  EXPECT_EQ(folder_.names(), inputs_);
}

TEST_F(Prune, FamiliesThatCannotBePrunedAreNamed) {
  for (const char* name : {"mixtral_top2", "solar_skips"}) {
    const std::string model = folder_ / name;
    ASSERT_EQ(
        run_ondol({"import", ONDOL_SOURCE_DIR "/tests/golden/family/" + std::string(name), "-o", model}).exit_code, 0);
    const Outcome outcome = run_ondol({"shrink", model, "--layers", "1", "-o", out_, "-q"});
    EXPECT_EQ(outcome.exit_code, 2) << outcome.err;
    EXPECT_EQ(count_lines(outcome.err), 1) << outcome.err;
    EXPECT_NE(outcome.err.find(std::string(name).starts_with("solar") ? "solar" : "llama"), std::string::npos)
        << outcome.err;
  }
  EXPECT_FALSE(std::filesystem::exists(out_));
}

TEST_F(Prune, CtrlCAndAFullDiskLeaveNothing) {
  const auto begin = std::chrono::steady_clock::now();
  const auto later = [begin] { return std::chrono::steady_clock::now() - begin > std::chrono::seconds(2); };
  const Outcome stopped = run_ondol(args({"--layers", "2", "--repair", "100000", "-q"}), {.interrupt_when = later});
  EXPECT_EQ(stopped.exit_code, 130) << stopped.err;
  EXPECT_EQ(folder_.names(), inputs_);

  const Outcome full = run_ondol(args({"--layers", "2", "-q"}), {.max_file_bytes = 400'000});
  EXPECT_EQ(full.exit_code, 1) << full.err;
  EXPECT_EQ(count_lines(full.err), 1) << full.err;
  EXPECT_EQ(folder_.names(), inputs_);
}

}  // namespace
}  // namespace ondol::e2e
