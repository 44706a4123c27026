#include "measure/task_cases.h"

#include <gtest/gtest.h>

#include "base/test_folder.h"

namespace ondol {
namespace {

TEST(TaskCases, JsonIsRightByValue) {
  EXPECT_TRUE(is_right(Task::kJson, R"( {"b": 1.0, "a": [null, "x"]} )", R"({"a":[null,"\u0078"],"b":1})"));
  EXPECT_TRUE(is_right(Task::kJson, "100", "1e2"));
  EXPECT_FALSE(is_right(Task::kJson, "[1,2]", "[2,1]"));
  EXPECT_FALSE(is_right(Task::kJson, R"({"a":1,"a":1})", R"({"a":1})"));
  EXPECT_FALSE(is_right(Task::kJson, R"({"a":1} and more)", R"({"a":1})"));
  EXPECT_FALSE(is_right(Task::kJson, R"("1")", "1"));
  EXPECT_FALSE(is_right(Task::kJson, "", "{}"));
}

TEST(TaskCases, TextIsRightButForSpaceAroundIt) {
  EXPECT_TRUE(is_right(Task::kExact, " 긍정\n", "긍정"));
  EXPECT_FALSE(is_right(Task::kExact, "긍 정", "긍정"));
  EXPECT_FALSE(is_right(Task::kExact, "", "긍정"));
}

TEST(TaskCases, AreReadFromChatsAndPairs) {
  const TestFolder folder;
  const std::string path = folder.write(
      "a.jsonl",
      R"({"text": "불 켜", "gold": {"actions": [{"a": null}]}, "kind": "single"})"
      "\n"
      R"({"messages":[{"role":"system","content":"s"},{"role":"user","content":"q"},{"role":"assistant","content":"{}"}]})");
  const auto cases = read_task_cases(path, {}, Task::kJson);
  ASSERT_TRUE(cases) << cases.error().message;
  ASSERT_EQ(cases->size(), 2u);
  EXPECT_EQ((*cases)[0].prompt, "불 켜");
  EXPECT_EQ((*cases)[0].gold, R"({"actions":[{"a":null}]})");
  EXPECT_EQ((*cases)[0].group, "single");
  EXPECT_EQ((*cases)[1].question.size(), 2u);
  EXPECT_EQ((*cases)[1].gold, "{}");
  EXPECT_EQ((*cases)[1].line, 2);
}

TEST(TaskCases, ChoicesAreTheLinesOrAllAnswers) {
  const TestFolder folder;
  DataFileOptions options;
  options.labels = *parse_labels("0=부정,1=긍정");
  const auto table = read_task_cases(folder.write("a.tsv", "text\tlabel\na\t1\nb\t0\nc\t1\n"), options, Task::kChoice);
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ((*table)[2].choices, (std::vector<std::string>{"긍정", "부정"}));
  const auto lines =
      read_task_cases(folder.write("b.jsonl", R"({"prompt":"a","answer":"2","choices":[1,2,3]})"), {}, Task::kChoice);
  ASSERT_TRUE(lines) << lines.error().message;
  EXPECT_EQ((*lines)[0].choices, (std::vector<std::string>{"1", "2", "3"}));
}

TEST(TaskCases, BadFilesAreNamed) {
  const TestFolder folder;
  const auto refused = [&](std::string_view text, Task task, std::string_view part) {
    const auto cases = read_task_cases(folder.write("a.jsonl", text), {}, task);
    ASSERT_FALSE(cases);
    EXPECT_EQ(cases.error().kind, ErrorKind::kBadInput);
    EXPECT_NE(cases.error().message.find(part), std::string::npos) << cases.error().message;
  };
  refused("", Task::kExact, "a.jsonl: holds no question");
  refused(R"({"text":"a"})", Task::kExact, "a.jsonl:1: no right answer");
  refused(R"({"text":"a","gold":" "})", Task::kExact, "a.jsonl:1: no right answer");
  refused(R"({"text":"a","gold":"{"})", Task::kJson, "a.jsonl:1: the right answer is not JSON: {");
  refused(R"({"text":"a","gold":"x","choices":["y"]})", Task::kChoice,
          "a.jsonl:1: the right answer \"x\" is not among");
  std::string many;
  for (int i = 0; i < 65; ++i) many += fmt::format("{{\"text\":\"a\",\"gold\":\"{}\"}}\n", i);
  refused(many, Task::kChoice, "a.jsonl:1: 65 answers to choose from, at most 64");
  EXPECT_EQ(parse_task("f1").error().kind, ErrorKind::kUsage);
}

}  // namespace
}  // namespace ondol
