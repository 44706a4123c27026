#include "base/messages.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/base_messages.h"
#include "base/result.h"

namespace ondol {
namespace {

class Messages : public testing::Test {
 protected:
  void TearDown() override { set_language(Language::kEnglish); }
};

TEST_F(Messages, SpeakTheChosenLanguage) {
  EXPECT_EQ(format_message(msg::kOutputIsInput, "a.gguf"), "a.gguf: output and input are the same file");
  set_language(Language::kKorean);
  EXPECT_EQ(format_message(msg::kOutputIsInput, "a.gguf"), "a.gguf: 출력 파일과 입력 파일이 같습니다");
}

TEST_F(Messages, LanguageFollowsTheFlagThenTheEnvironment) {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) unsetenv(name);
  EXPECT_EQ(language_from_environment(""), Language::kEnglish);
  setenv("LANG", "ko_KR.UTF-8", 1);
  EXPECT_EQ(language_from_environment(""), Language::kKorean);
  EXPECT_EQ(language_from_environment("en"), Language::kEnglish);
  setenv("LC_ALL", "C", 1);
  EXPECT_EQ(language_from_environment(""), Language::kEnglish);
  EXPECT_EQ(language_from_environment("ko"), Language::kKorean);
  for (const char* name : {"LC_ALL", "LANG"}) unsetenv(name);
}

Result<int> half(int n) {
  if (n % 2 != 0) return fail(ErrorKind::kBadInput, msg::kCannotRead, "n", n);
  return n / 2;
}

Result<int> quarter(int n) {
  TRY(const int once, half(n));
  TRY(const int twice, half(once));
  return twice;
}

TEST(KoreanParticles, FollowTheSoundBeforeThem) {
  EXPECT_EQ(choose_particles("모델은(는) 파일이(가) 온도을(를) 서울(으)로"), "모델은 파일이 온도를 서울로");
  EXPECT_EQ(choose_particles("나무와(과) 집와(과) 집(으)로"), "나무와 집과 집으로");
  EXPECT_EQ(choose_particles("버전 3은(는), 2은(는), 8(으)로"), "버전 3은, 2는, 8로");
  EXPECT_EQ(choose_particles("\"model\"이(가) gguf을(를) token와(과)"), "\"model\"이 gguf를 token과");
  EXPECT_EQ(choose_particles("이(가)"), "가");  // nothing before it
}

TEST(Result, TryHandsTheFirstErrorUp) {
  EXPECT_EQ(quarter(8), 2);
  ASSERT_FALSE(quarter(6));
  EXPECT_EQ(quarter(6).error().message, "n: cannot read: 3");
  EXPECT_EQ(quarter(6).error().exit_code(), 2);
}

TEST(Result, ExitCodesFollowTheKind) {
  const std::pair<ErrorKind, int> codes[] = {
      {ErrorKind::kUsage, 2},       {ErrorKind::kBadInput, 2},
      {ErrorKind::kCorruptFile, 2}, {ErrorKind::kUnsupported, 2},
      {ErrorKind::kIo, 1},          {ErrorKind::kOutOfMemory, 1},
      {ErrorKind::kRefused, 3},     {ErrorKind::kInterrupted, 130},
  };
  for (const auto& [kind, code] : codes) EXPECT_EQ((Error{kind, ""}.exit_code()), code);
}

}  // namespace
}  // namespace ondol
