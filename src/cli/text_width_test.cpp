#include "cli/text_width.h"

#include <gtest/gtest.h>

#include "cli/arguments.h"

namespace ondol {
namespace {

TEST(TextWidth, HangulTakesTwoColumns) {
  EXPECT_EQ(display_width("abc"), 3);
  EXPECT_EQ(display_width("온돌"), 4);
  EXPECT_EQ(display_width("e\u0301"), 1);  // an accent on its letter
  EXPECT_EQ(pad("온돌", 6), "온돌  ");
  EXPECT_EQ(pad("7", 3, true), "  7");
}

TEST(TextWidth, ShortensBetweenCharacters) {
  EXPECT_EQ(shorten("온돌방", 6), "온돌방");
  EXPECT_EQ(shorten("온돌방", 5), "온돌…");
  EXPECT_EQ(shorten("온돌방", 4), "온…");
}

TEST(VisibleText, CannotMoveTheCursorOrBreakTheLine) {
  EXPECT_EQ(visible_text("a\x1b[31mb"), "a\uFFFD[31mb");
  EXPECT_EQ(visible_text("two\nlines\t."), "two\\nlines\\t.");
  EXPECT_EQ(visible_text("\x80\xC2\x9B"), "\uFFFD\uFFFD");  // a lone byte; the one-byte form of ESC [
}

TEST(Arguments, TokenIdsAreReadFromAnyList) {
  const std::vector<TokenId> expected = {TokenId{1}, TokenId{-2}, TokenId{30}};
  for (const char* text : {"1,-2,30", "1 -2 30", "[1, -2, 30]\n"}) EXPECT_EQ(*parse_token_ids(text), expected);
  EXPECT_TRUE(parse_token_ids("[]")->empty());
  for (const char* text : {"1,x", "1.5", "99999999999", "--"}) EXPECT_FALSE(parse_token_ids(text)) << text;
}

TEST(Arguments, FiguresAreReadable) {
  EXPECT_EQ(readable_bytes(999), "999 B");
  EXPECT_EQ(readable_bytes(5'737'056), "5.74 MB");
  EXPECT_EQ(readable_bytes(999'999), "1.00 MB");
  EXPECT_EQ(readable_count(1234567), "1,234,567");
  EXPECT_EQ(readable_count(12), "12");
}

TEST(Arguments, JsonStringsReplaceIllFormedBytes) { EXPECT_EQ(json_string("a\"\xFF"), "\"a\\\"\uFFFD\""); }

}  // namespace
}  // namespace ondol
