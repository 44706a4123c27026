#include "prompt/person_text.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

// "한글" as a keyboard sends it, and as conjoining jamo (Unicode 15, section 3.12).
constexpr const char* kComposed = "\xED\x95\x9C\xEA\xB8\x80";
constexpr const char* kJamo = "\u1112\u1161\u11AB\u1100\u1173\u11AF";

TEST(PersonText, ComposesKoreanSyllables) {
  const PersonText text = read_person_text(kJamo, false);
  EXPECT_EQ(text.text, kComposed);
  EXPECT_TRUE(text.normalized);
  EXPECT_FALSE(read_person_text(kComposed, false).normalized);
}

TEST(PersonText, KeepsCodePointsWhenRaw) { EXPECT_EQ(read_person_text(kJamo, true).text, kJamo); }

TEST(PersonText, ReplacesIllFormedBytesAndCountsThem) {
  for (const bool raw : {false, true}) {
    const PersonText text = read_person_text("a\xFF\xED\x95 b", raw);
    EXPECT_EQ(text.text, "a\uFFFD\uFFFD b");
    EXPECT_EQ(text.n_replaced, 2);
  }
}

TEST(PersonText, LeavesEmptyTextEmpty) { EXPECT_EQ(read_person_text("", false).text, ""); }

}  // namespace
}  // namespace ondol
