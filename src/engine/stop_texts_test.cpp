#include "engine/stop_texts.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

// What comes out of `stops` for the pieces, with "|" where one call ends; "." marks a found stop.
std::string feed(std::vector<std::string> stops, std::initializer_list<std::string_view> pieces) {
  StopTexts texts(std::move(stops));
  std::string shown;
  for (std::string_view piece : pieces) shown += texts.push(piece) + "|";
  return shown + texts.finish() + (texts.found() ? "." : "");
}

TEST(StopTexts, LetsTextThroughWithoutStops) { EXPECT_EQ(feed({}, {"ab", "c"}), "ab|c|"); }

TEST(StopTexts, CutsAtTheStop) { EXPECT_EQ(feed({"END"}, {"one END two"}), "one |."); }

TEST(StopTexts, FindsAStopInSeveralPieces) { EXPECT_EQ(feed({"END"}, {"oneE", "N", "D", "x"}), "one||||."); }

TEST(StopTexts, GivesBackWhatDidNotBecomeAStop) {
  EXPECT_EQ(feed({"END"}, {"E", "N", "x"}), "||ENx|");
  EXPECT_EQ(feed({"END"}, {"xEN"}), "x|EN");
  EXPECT_EQ(feed({"aab"}, {"aa", "ab"}), "|a|.");
}

TEST(StopTexts, TakesTheEarliestOfSeveral) {
  EXPECT_EQ(feed({"cd", "b"}, {"abcd"}), "a|.");
  EXPECT_EQ(feed({"abcd", "b"}, {"xab"}), "xa|.");
}

TEST(StopTexts, HoldsBackWholeCharacters) {
  EXPECT_EQ(feed({"끝났"}, {"이제 끝", "나"}), "이제 |끝나|");
  EXPECT_EQ(feed({"끝났"}, {"이제 끝", "났다"}), "이제 ||.");
}

TEST(StopTexts, TellsWhichStopWasFound) {
  StopTexts texts({"cd", "b", "bc"});
  texts.push("a");
  EXPECT_EQ(texts.found_text(), "");
  texts.push("bcd");
  EXPECT_EQ(texts.found_text(), "b");
}

TEST(StopTexts, IgnoresEmptyStops) { EXPECT_EQ(feed({""}, {"abc"}), "abc|"); }

}  // namespace
}  // namespace ondol
