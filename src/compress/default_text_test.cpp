#include "compress/default_text.h"

#include <gtest/gtest.h>

#include "compress/needed_scripts.h"

namespace ondol {
namespace {

TEST(DefaultText, IsKoreanAndEnglishByTurns) {
  const auto passages = default_passages();
  ASSERT_GE(passages.size(), 40u);
  CharacterCounts first, second;
  first.add(passages[0]);
  second.add(passages[1]);
  EXPECT_GT(first.in(0xAC00, 0xD7A3), 50);
  EXPECT_EQ(second.in(0xAC00, 0xD7A3), 0);
}

TEST(DefaultText, AsksSentences) {
  const auto questions = default_questions();
  EXPECT_GE(questions.size(), 100u);
  for (const std::string_view question : questions) {
    EXPECT_GE(question.size(), 4u);
    EXPECT_LE(question.size(), 120u);
    EXPECT_EQ(question.find('\n'), std::string_view::npos);
  }
  EXPECT_EQ(questions, default_questions()) << "in the same order again";
}

}  // namespace
}  // namespace ondol
