// Pipelines of strangers, and what they may do to a text.
#include "tokenizer/pipeline.h"

#include <gtest/gtest.h>

#include "tokenizer/charsmap.h"
#include "tokenizer/unicode_form.h"

namespace ondol {
namespace {

Pipeline read(const std::string& json) {
  auto pipeline = read_pipeline(json, "");
  EXPECT_TRUE(pipeline) << pipeline.error().message;
  return pipeline ? std::move(*pipeline) : Pipeline{};
}

std::string normalize(const std::string& steps, std::string_view text) {
  return read(R"({"normalizer":{"type":"Sequence","normalizers":[)" + steps + "]}}").normalizer.apply(text);
}

std::vector<std::string> split(const std::string& steps, std::string_view text) {
  const Pipeline pipeline = read(R"({"pre_tokenizer":{"type":"Sequence","pretokenizers":[)" + steps + "]}}");
  const Pieces pieces = pipeline.splitter.split(text, true);
  std::vector<std::string> words;
  for (size_t i = 0; i < pieces.ranges.size(); ++i) words.emplace_back(pieces[i]);
  return words;
}

using Words = std::vector<std::string>;

TEST(Pipeline, NormalizersLeaveIllFormedBytesAlone) {
  const std::string_view text =
      "\xFF"
      "A\xED\xA0 \xEA\xB0";
  EXPECT_EQ(normalize(R"({"type":"NFC"})", text), text);
  EXPECT_EQ(normalize(R"({"type":"NFKD"},{"type":"StripAccents"})", text), text);
  EXPECT_EQ(normalize(R"({"type":"Lowercase"})", text),
            "\xFF"
            "a\xED\xA0 \xEA\xB0");
  EXPECT_EQ(normalize(R"({"type":"Replace","pattern":{"Regex":"."},"content":"x"})", text), "\xFFx\xED\xA0x\xEA\xB0");
}

TEST(Pipeline, UnicodeFormsMeetWhereCleanTextEnds) {
  EXPECT_EQ(to_unicode_form("한가\u11A8나e\u0301e", UnicodeForm::kNfc), "한각나\u00E9e");
  EXPECT_EQ(to_unicode_form("a\u0323\u0307b", UnicodeForm::kNfc), to_unicode_form("a\u0307\u0323b", UnicodeForm::kNfc));
  EXPECT_EQ(to_unicode_form("각ﬁ", UnicodeForm::kNfkd), "\u1100\u1161\u11A8fi");
  EXPECT_EQ(to_unicode_form("\u212B가", UnicodeForm::kNfc), "\u00C5가");
}

TEST(Pipeline, StepsThatBlowUpATextAreLeftOut) {
  std::string steps = R"({"type":"Replace","pattern":{"String":"a"},"content":")" + std::string(60, 'a') + "\"}";
  std::string all = steps;
  for (int i = 0; i < 20; ++i) all += "," + steps;
  EXPECT_LE(normalize(all, "aaaa").size(), 16u * 64);
}

TEST(Pipeline, AnExpressionThatTakesTooLongEndsTheSearch) {
  const std::string step = R"({"type":"Split","pattern":{"Regex":"(a|aa|a)+$x"},"behavior":"Isolated"})";
  EXPECT_EQ(split(step, std::string(3000, 'a')).size(), 1u);
}

TEST(Pipeline, SplitsAsEachBehaviorSays) {
  const auto with = [](const std::string& behavior) {
    return split(R"({"type":"Split","pattern":{"String":"-"},"behavior":")" + behavior + "\"}", "--a-b");
  };
  EXPECT_EQ(with("Removed"), (Words{"a", "b"}));
  EXPECT_EQ(with("Isolated"), (Words{"-", "-", "a", "-", "b"}));
  EXPECT_EQ(with("MergedWithPrevious"), (Words{"-", "-", "a-", "b"}));
  EXPECT_EQ(with("MergedWithNext"), (Words{"-", "-a", "-b"}));
  EXPECT_EQ(with("Contiguous"), (Words{"--", "a", "-", "b"}));
}

TEST(Pipeline, AnEmptyMatchCutsAndGoesOn) {
  EXPECT_EQ(split(R"x({"type":"Split","pattern":{"Regex":"(?=(\\d{3})+(?!\\d))"},"behavior":"Isolated"})x", "1234567"),
            (Words{"1", "234", "567"}));
}

TEST(Pipeline, CharsmapsOfStrangersAreNeverReadPastTheirEnd) {
  EXPECT_TRUE(Charsmap::read(""));
  EXPECT_FALSE(Charsmap::read("abc"));
  EXPECT_FALSE(Charsmap::read(std::string("\x08\0\0\0\1\1\1\1", 8)));
  const auto map = Charsmap::read(std::string("\x04\0\0\0\xFF\xFF\xFF\xFF\0", 9));
  ASSERT_TRUE(map);
  EXPECT_FALSE(map->longest("abc"));
}

}  // namespace
}  // namespace ondol
