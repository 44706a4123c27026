// shrink --vocab in whole processes.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "models.h"

namespace ondol::e2e {
namespace {

using nlohmann::json;

const std::string kRecipe = "따뜻한 온돌방에서 책을 읽었다. 할머니는 아궁이에 불을 지폈다.\n밖에는 눈이 내렸다.\n";

TEST(Trim, ASmallerFileReadsTheSameTexts) {
  Folder folder;
  std::string corpus;
  for (int i = 0; i < 200; ++i) corpus += kRecipe;
  write_file(folder / "field.txt", corpus);
  const Outcome trimmed = run_ondol({"shrink", kModel, "--vocab", folder / "field.txt", "--vocab-growth", "0.25", "-o",
                                     folder / "small.gguf", "--tokenizer-json", folder / "small.json", "--json"});
  ASSERT_EQ(trimmed.exit_code, 0) << trimmed.err;
  const json report = json::parse(trimmed.out);
  EXPECT_LT(report["vocabulary"]["after"], report["vocabulary"]["before"]);
  EXPECT_LE(report["vocabulary"]["tokens_per_character"]["growth"], 0.0025);
  EXPECT_LT(std::filesystem::file_size(folder / "small.gguf"), std::filesystem::file_size(kModel));

  for (const char* text : {"할머니는 눈이 내렸다.", "The quick brown fox", "國家 😀 ￦"}) {
    const Outcome ids = run_ondol({"tokenize", folder / "small.gguf", text, "--json"});
    ASSERT_EQ(ids.exit_code, 0) << ids.err;
    EXPECT_EQ(run_ondol({"tokenize", folder / "small.gguf", "--decode", ids.out}).out, text);
    EXPECT_EQ(run_ondol({"tokenize", folder / "small.json", text, "--json"}).out, ids.out);
  }
  EXPECT_EQ(run_ondol({"run", folder / "small.gguf", "옛날에", "-n", "8", "--temp", "0"}).exit_code, 0);
}

TEST(Trim, BadCorporaLeaveNothingBehind) {
  Folder folder;
  write_file(folder / "empty.txt", "");
  write_file(folder / "blank.txt", " \n\n");
  const std::string out = folder / "small.gguf";
  const std::vector<std::vector<std::string>> bad = {
      {"--vocab", folder / "empty.txt"},
      {"--vocab", folder / "blank.txt"},
      {"--vocab", folder / "missing.txt"},
      {"--vocab", folder / "blank.txt", "--vocab-growth", "-1"},
      {"--tokenizer-json", folder / "small.json"},
      {},
  };
  for (std::vector<std::string> args : bad) {
    args.insert(args.begin(), {"shrink", kModel, "-o", out, "-q"});
    const Outcome outcome = run_ondol(args);
    EXPECT_EQ(outcome.exit_code, 2) << outcome.err;
    EXPECT_EQ(count_lines(outcome.err), 1) << outcome.err;
  }
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"blank.txt", "empty.txt"}));
}

TEST(Trim, ACorpusWithoutHangulIsNamed) {
  Folder folder;
  std::string corpus;
  for (int i = 0; i < 200; ++i) corpus += "The lamp in the kitchen is on.\nTurn it off, please.\n";
  write_file(folder / "field.txt", corpus);
  const Outcome outcome = run_ondol({"shrink", kModel, "--vocab", folder / "field.txt", "-o", folder / "small.gguf"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("no hangul"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace ondol::e2e
