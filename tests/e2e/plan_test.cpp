// plan in whole processes.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "models.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

namespace ondol::e2e {
namespace {

using nlohmann::json;

const std::string kDevice = R"({"name": "a board", "ram_bytes": 40000000, "cores": 2, "read_gb_s": 1})";

TEST(Plan, TellsTheMemoryOfARun) {
  const Outcome outcome =
      run_ondol({"plan", kModel, "-c", "256", "-p", "200", "-n", "8", "-t", "2", "--verify", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json plan = json::parse(outcome.out);
  EXPECT_GT(plan["prefill_tokens_per_s"], 0);
  EXPECT_GT(plan["decode_tokens_per_s"], 0);
  EXPECT_TRUE(plan["fits"]);
  if (kSanitized) GTEST_SKIP() << "sanitizers take memory of their own";
  const double predicted = plan["memory"]["peak"], measured = plan["measured"]["peak"];
  EXPECT_LE(std::abs(predicted - measured), std::max(8.0 * 1048576, 0.03 * measured)) << outcome.out;
}

TEST(Plan, KnowsADeviceThatIsNotHere) {
  Folder folder;
  write_file(folder / "board.json", kDevice);
  const auto plan = [&](const std::string& ram) {
    const Outcome outcome = run_ondol({"plan", kModel, "--device", folder / "board.json", "--ram", ram, "--json"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return json::parse(outcome.out);
  };
  const json roomy = plan("100M"), tight = plan("33M");
  EXPECT_TRUE(roomy["fits"]);
  EXPECT_TRUE(roomy["prefill_tokens_per_s"].is_null());
  EXPECT_FALSE(tight["fits"]);
  EXPECT_LT(tight["shrink_to_bytes"], tight["file_bytes"]);
}

TEST(Plan, RefusesWhatItCannotPlan) {
  Folder folder;
  write_file(folder / "board.json", kDevice);
  write_file(folder / "other.json", R"({"ram_bytes": 4e7, "cores": 2, "read_gb_s": 1, "ram": 1})");
  write_file(folder / "zero.json", R"({"ram_bytes": 0, "cores": 2, "read_gb_s": 1})");
  const std::vector<std::vector<std::string>> bad = {
      {folder / "board.json"},
      {folder / "missing.gguf"},
      {kModel, "--device", folder / "missing.json"},
      {kModel, "--device", folder / "other.json"},
      {kModel, "--device", folder / "zero.json"},
      {kModel, "--device", folder / "board.json", "--verify"},
      {kModel, "--ram", "-5"},
      {kModel, "--ram", "25%"},
      {kModel, "--tps", "-1"},
      {kModel, "-c", "100000"},
      {kModel, "-c", "64", "-p", "60"},
      {kModel, "--cache-type", "q3"},
      {"--verify"},
  };
  for (std::vector<std::string> args : bad) {
    args.insert(args.begin(), "plan");
    const Outcome outcome = run_ondol(args);
    EXPECT_EQ(outcome.exit_code, 2) << args[1] << outcome.err;
    EXPECT_EQ(count_lines(outcome.err), 1) << outcome.err;
    EXPECT_EQ(outcome.out, "");
  }
}

}  // namespace
}  // namespace ondol::e2e
