#include "recipe/field.h"

#include <gtest/gtest.h>

#include "base/test_folder.h"
#include "tune/data/prompt_key.h"

namespace ondol {
namespace {

class FieldTest : public testing::Test {
 protected:
  // `n` prompts with the answer that `answer` gives to each number.
  template <class Answer>
  std::string data(int n, Answer answer) const {
    std::string lines;
    for (int i = 0; i < n; ++i) {
      lines += "{\"prompt\":\"question " + std::to_string(i) + "\",\"completion\":\"" + answer(i) + "\"}\n";
    }
    return folder_.write("data.jsonl", lines);
  }
  Result<Field> survey(const std::string& path, std::optional<Task> task = {}, const std::string& test = "") const {
    return survey_field({.data = {path}, .test = test, .held_out_share = 0.25, .task = task});
  }

  TestFolder folder_;
};

TEST_F(FieldTest, TellsTheTaskFromTheAnswers) {
  const auto json = survey(data(40, [](int i) { return "{\\\"n\\\":" + std::to_string(i) + "}"; }));
  ASSERT_TRUE(json) << json.error().message;
  EXPECT_EQ(json->task, Task::kJson);
  const auto choice = survey(data(40, [](int i) { return i % 3 == 0 ? "yes" : "no"; }));
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->task, Task::kChoice);
  EXPECT_EQ(choice->questions[0].choices, (std::vector<std::string>{"no", "yes"}));
  const auto free = survey(data(40, [](int i) { return "a long story, number " + std::to_string(i); }));
  ASSERT_TRUE(free);
  EXPECT_FALSE(free->task);
  const auto text = survey(folder_.write("text.txt", "Only text.\n"));
  ASSERT_TRUE(text);
  EXPECT_FALSE(text->task);
}

TEST_F(FieldTest, JudgesByPromptsThatTrainingDoesNotSee) {
  const auto field = survey(data(200, [](int i) { return i % 2 == 0 ? "even" : "odd"; }));
  ASSERT_TRUE(field);
  EXPECT_GT(field->questions.size(), 25u);
  EXPECT_LT(field->questions.size(), 75u);
  const DataFileOptions training = field->training_file();
  int64_t n_trained = 0;
  ASSERT_TRUE(read_data_file(folder_.path("data.jsonl"), training, {.take = [&](const Record& record) {
                               ++n_trained;
                               for (const TaskCase& question : field->questions)
                                 EXPECT_NE(record.prompt, question.prompt);
                               return ok();
                             }}));
  EXPECT_EQ(n_trained + std::ssize(field->questions), 200);
}

TEST_F(FieldTest, ChoicesOfATestFileAreThoseOfAllTheData) {
  const std::string path = data(40, [](int i) { return i % 2 == 0 ? "red" : "blue"; });
  const auto field = survey(path, {}, folder_.write("test.jsonl", "{\"prompt\":\"p\",\"completion\":\"red\"}\n"));
  ASSERT_TRUE(field) << field.error().message;
  ASSERT_EQ(field->questions.size(), 1u);
  EXPECT_EQ(field->questions[0].choices, (std::vector<std::string>{"red", "blue"}));
}

TEST_F(FieldTest, AnotherFileIsAnotherField) {
  const auto yes = [](int i) { return i % 2 == 0 ? "yes" : "no"; };
  const std::string first = survey(data(40, yes))->identity, longer = survey(data(41, yes))->identity;
  EXPECT_EQ(survey(data(40, yes))->identity, first);
  EXPECT_NE(longer, first);
}

TEST_F(FieldTest, ATaskNeedsAnswers) {
  const auto field = survey(folder_.write("text.txt", "Only text.\n"), Task::kExact);
  ASSERT_FALSE(field);
  EXPECT_EQ(field.error().kind, ErrorKind::kBadInput);
  EXPECT_NE(field.error().message.find("text.txt"), std::string::npos) << field.error().message;
}

TEST(FieldLanguage, FollowsTheLetters) {
  EXPECT_EQ(language_of("거실 에어컨 25도로 맞춰 줘"), FieldLanguage::kKorean);
  EXPECT_EQ(language_of("React의 useState는 Hook입니다"), FieldLanguage::kKorean);
  EXPECT_EQ(language_of("Turn the lamp off, please."), FieldLanguage::kEnglish);
  EXPECT_EQ(language_of("День добрый"), FieldLanguage::kOther);
  EXPECT_EQ(language_of("12 + 34 = 46"), FieldLanguage::kOther);
}

}  // namespace
}  // namespace ondol
