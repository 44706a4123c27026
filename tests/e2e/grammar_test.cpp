// Grammars as a person uses them: judging texts, and holding the answers of a model.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "models.h"

namespace ondol::e2e {
namespace {

const std::string kSchema =
    R"({"type":"object","properties":{"감정":{"enum":["긍정","부정"]},"점수":{"type":"integer","minimum":1,"maximum":5}},)"
    R"("required":["감정","점수"],"additionalProperties":false})";

TEST(GrammarCommand, SaysYesAndNo) {
  const auto yes = run_ondol({"grammar", "--schema", kSchema, "--text", "{ \"점수\": 5, \"감정\": \"긍정\" }"});
  EXPECT_EQ(yes.exit_code, 0) << yes.err;
  EXPECT_EQ(yes.out, "yes\n");
  const auto no = run_ondol({"grammar", "--schema", kSchema, "--text", R"({"감정":"긍정","점수":6})"});
  EXPECT_EQ(no.exit_code, 3);
  EXPECT_EQ(no.out, "no\n");
  EXPECT_NE(no.err.find("\"maximum\" refuses the value at /점수"), std::string::npos) << no.err;
  const auto json = run_ondol({"grammar", "--regex", "[0-9]+", "--json"}, {.input = "12a"});
  EXPECT_EQ(json.exit_code, 3);
  EXPECT_FALSE(nlohmann::json::parse(json.out).at("valid").get<bool>());
  EXPECT_EQ(run_ondol({"grammar", "--gbnf", "root ::= \"a\"+", "--text", "aaa"}).exit_code, 0);
  EXPECT_EQ(run_ondol({"grammar", "--choice", "예,아니오", "--text", "아니오"}).exit_code, 0);
  EXPECT_EQ(run_ondol({"grammar", "--script", "hangul", "--text", "안녕 hi"}).exit_code, 3);
}

TEST(GrammarCommand, BadGrammarsGetOneLine) {
  const std::string deep = "root ::= " + std::string(60'000, '(') + "\"a\"" + std::string(60'000, ')');
  std::string nested;
  for (int i = 0; i < 60'000; ++i) nested += "{\"not\":";
  const Folder folder;
  write_file(folder / "deep.json", nested);
  write_file(folder / "deep.gbnf", deep);
  for (const std::vector<std::string>& args :
       std::vector<std::vector<std::string>>{{"--schema", folder / "deep.json"},
                                             {"--gbnf", folder / "deep.gbnf"},
                                             {"--regex", std::string(60'000, '(') + std::string(60'000, ')')},
                                             {"--schema", R"({"tpye":"string"})"},
                                             {"--regex", "(a)\\1"},
                                             {"--script", "klingon"},
                                             {"--choice", "a,,b"}}) {
    std::vector<std::string> all{"grammar", "--text", "x"};
    all.insert(all.end(), args.begin(), args.end());
    const auto outcome = run_ondol(all);
    EXPECT_EQ(outcome.exit_code, 2) << outcome.err;
    EXPECT_EQ(count_lines(outcome.err), 1) << outcome.err;
    EXPECT_EQ(outcome.out, "");
  }
  EXPECT_EQ(run_ondol({"grammar", "--text", "x"}).exit_code, 2);
  EXPECT_EQ(run_ondol({"grammar", "--regex", "a", "--choice", "a", "--text", "x"}).exit_code, 2);
}

TEST(RunHeld, AnswersObey) {
  for (const char* seed : {"1", "2", "3"}) {
    const auto schema = run_ondol({"run", kModel, "영화가 좋았어요", "-s", seed, "-j", kSchema, "-n", "200"});
    ASSERT_EQ(schema.exit_code, 0) << schema.err;
    const auto judged = run_ondol({"grammar", "--schema", kSchema}, {.input = schema.out});
    EXPECT_EQ(judged.exit_code, 0) << schema.out << judged.err;
    const auto choice = run_ondol({"run", kModel, "영화가 좋았어요", "-s", seed, "--choice", "긍정,부정,모름"});
    EXPECT_TRUE(choice.out == "긍정\n" || choice.out == "부정\n" || choice.out == "모름\n") << choice.out;
    const auto regex = run_ondol({"run", kModel, "전화번호", "-s", seed, "--raw", "--regex", "010-[0-9]{4}-[0-9]{4}"});
    EXPECT_EQ(regex.out.size(), 14u) << regex.out;
    EXPECT_TRUE(regex.out.starts_with("010-")) << regex.out;
  }
  const auto grammar = run_ondol({"run", kModel, "", "--raw", "--grammar", "root ::= \"가\" [나-다]{2}"});
  EXPECT_EQ(grammar.out.substr(0, 3), "가") << grammar.err;
  const auto two = run_ondol({"run", kModel, "a", "--regex", "a", "--choice", "a"});
  EXPECT_EQ(two.exit_code, 2);
  const auto unheld = run_ondol({"run", kModel, "a", "-j", R"({"type":"array","uniqueItems":true})"});
  EXPECT_EQ(unheld.exit_code, 2);
  EXPECT_NE(unheld.err.find("uniqueItems"), std::string::npos) << unheld.err;
}

}  // namespace
}  // namespace ondol::e2e
