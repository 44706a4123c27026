// ondol specialise in whole processes: the way to a file, its gate, an interruption, and what bad input meets.
#include <filesystem>
#include <nlohmann/json.hpp>

#include "rooms.h"

namespace ondol::e2e {
namespace {

using nlohmann::json;

class Specialise : public Rooms {
 protected:
  void SetUp() override {
    Rooms::SetUp();
    const Outcome outcome =
        run_ondol({"tune", tokenizer_, data_, "-o", model_, "--init", "layers=2,hidden=64,heads=4,ffn=128,context=128",
                   "--steps", "10", "--lr", "5e-3", "--batch-tokens", "512", "-q"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }

  // What every run here asks for, and `more`.
  std::vector<std::string> with(std::vector<std::string> more) const {
    std::vector<std::string> args = {"specialise", model_,     data_, "-o",         out_,   "--size",
                                     "45%",        "-t",       "2",   "--lr",       "1e-3", "--search-time",
                                     "0.1",        "--repair", "3",   "--held-out", "0.3"};
    args.insert(args.end(), more.begin(), more.end());
    return args;
  }

  const std::string model_ = folder_ / "m.gguf", out_ = folder_ / "s.gguf", work_ = out_ + ".work";
};

TEST_F(Specialise, GoesOnAfterCtrlCAndObeysItsGate) {
  const auto is_tuning = [&] { return std::filesystem::exists(work_ + "/tuned.gguf.checkpoint.done"); };
  const Outcome cut = run_ondol(with({"--epochs", "2"}), {.interrupt_when = is_tuning});
  EXPECT_EQ(cut.exit_code, 130) << cut.err;
  EXPECT_NE(cut.err.find("--resume"), std::string::npos) << cut.err;
  EXPECT_FALSE(std::filesystem::exists(out_));
  EXPECT_EQ(run_ondol(with({"--epochs", "2"})).exit_code, 2) << "the work that is there is not thrown away";

  const Outcome refused = run_ondol(with({"--epochs", "2", "--resume", "--gate", "100%"}));
  ASSERT_EQ(refused.exit_code, 3) << refused.err;
  EXPECT_FALSE(std::filesystem::exists(out_));
  EXPECT_EQ(json::parse(read_file(folder_ / "s.report.json"))["written"], false);

  const Outcome done = run_ondol(with({"--epochs", "2", "--resume", "--gate", "0%", "--gate-drop", "100", "--json"}));
  ASSERT_EQ(done.exit_code, 0) << done.err;
  EXPECT_NE(done.err.find("shrunk.gguf"), std::string::npos) << "the shrunk model was found finished: " << done.err;
  EXPECT_FALSE(std::filesystem::exists(work_));
  const json report = json::parse(done.out);
  EXPECT_EQ(report, json::parse(read_file(folder_ / "s.report.json")));
  EXPECT_EQ(report["judged_by"]["task"], "json");
  EXPECT_EQ(report["bytes"], std::filesystem::file_size(out_));
  EXPECT_LE(report["bytes"], report["budget_bytes"]);
  EXPECT_EQ(report["licences"]["cards"][0]["licence"], "CC0-1.0");
  EXPECT_NE(read_file(folder_ / "s.report.md").find("| "), std::string::npos);
  EXPECT_NE(read_file(folder_ / "s.report.svg").find("</svg>"), std::string::npos);

  const json metadata = json::parse(run_ondol({"show", out_, "--json"}).out)["metadata"];
  EXPECT_EQ(metadata["ondol.original_bytes"], report["original_bytes"]);
  EXPECT_EQ(metadata["ondol.card.task"], "json");
  EXPECT_FLOAT_EQ(metadata["ondol.card.accuracy"][2].get<float>(),
                  report["stages"].back()["accuracy"]["share"].get<float>());
  EXPECT_EQ(run_ondol({"run", out_, "침실 불 꺼 줘", "--temp", "0", "-q"}).exit_code, 0);
}

TEST_F(Specialise, BadInputIsOneLineAndLeavesNothing) {
  write_file(folder_ / "text.txt", "그냥 글입니다. 물음도 답도 없습니다.\n");
  write_file(folder_ / "empty.jsonl", "");
  write_file(folder_ / "private.jsonl", R"({"prompt":"a","completion":"b"})");
  write_file(folder_ / "private.card.json", R"({"name":"private","licence":"CC-BY-NC-4.0"})");
  const std::vector<std::string> before = folder_.names();
  struct Case {
    std::vector<std::string> args;
    int exit_code;
    std::string names;
  };
  const auto on = [&](const std::string& data, std::vector<std::string> more) {
    more.insert(more.begin(), {"specialise", model_, data, "-o", out_});
    return more;
  };
  const Case cases[] = {
      {with({"--size", "5%"}), 2, "is too small"},
      {with({"--gate", "much"}), 2, "--gate"},
      {with({"--gate-drop", "-1"}), 2, "--gate-drop"},
      {with({"--task", "essay"}), 2, "--task"},
      {with({"--test", folder_ / "none.jsonl"}), 2, "none.jsonl"},
      {with({"-o", data_, "--force"}), 2, "rooms.jsonl"},
      {on(folder_ / "text.txt", {"--size", "50%", "--gate", "90%"}), 2, "needs a task"},
      {on(folder_ / "empty.jsonl", {"--size", "50%"}), 2, "no example"},
      {on(folder_ / "private.jsonl", {"--size", "50%", "--purpose", "commercial"}), 3, "CC-BY-NC-4.0"},
      {on(data_, {}), 2, "--size"},
  };
  for (Case one : cases) {
    one.args.push_back("-q");
    const Outcome outcome = run_ondol(one.args);
    EXPECT_EQ(outcome.exit_code, one.exit_code) << outcome.err;
    EXPECT_EQ(count_lines(outcome.err), 1) << outcome.err;
    EXPECT_NE(outcome.err.find(one.names), std::string::npos) << one.names << ": " << outcome.err;
    EXPECT_EQ(folder_.names(), before);
  }
}

TEST_F(Specialise, AFullDiskLeavesNoHalfFile) {
  const Outcome outcome = run_ondol(with({"--epochs", "1"}), {.max_file_bytes = 100'000});
  EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
  EXPECT_FALSE(std::filesystem::exists(out_));
  EXPECT_NE(outcome.err.find(work_), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace ondol::e2e
