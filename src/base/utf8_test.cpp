#include "base/utf8.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

constexpr uint32_t kFirstSyllable = 0xAC00, kLastSyllable = 0xD7A3;  // 가 … 힣

std::string utf8(uint32_t code_point) {
  std::string text;
  append_code_point(text, code_point);
  return text;
}

TEST(Utf8, EveryScalarValueComesBack) {
  for (uint32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    const std::string text = utf8(c);
    const CodePoint back = decode_code_point(text);
    ASSERT_TRUE(back.valid) << c;
    ASSERT_EQ(back.value, c);
    ASSERT_EQ(back.length_bytes, static_cast<int>(text.size()));
  }
}

TEST(Utf8, ReplacesMaximalSubpartsAsUnicodeRecommends) {
  // The example of Unicode 15, table 3-8, and its neighbours.
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64", "a���b�c��d"},
      {"\xC0\x80", "��"},            // overlong
      {"\xED\xA0\x80", "���"},       // surrogate
      {"\xF4\x90\x80\x80", "����"},  // above U+10FFFF
      {"\xEA\xB0", "�"},             // cut syllable
      {"\xFF", "�"},
  };
  for (const auto& [broken, repaired] : cases) EXPECT_EQ(repair_utf8(broken).text, repaired);
}

TEST(Utf8, CountsWhatItReplaces) {
  const RepairedText repaired = repair_utf8("가\xFF나\xEA\xB0");
  EXPECT_EQ(repaired.n_replaced, 2);
  EXPECT_EQ(repair_utf8("온돌").n_replaced, 0);
  EXPECT_EQ(repair_utf8("온돌").text, "온돌");
}

TEST(Utf8, PrintableTextIsOneShortLine) {
  EXPECT_EQ(printable("blk.0.attn_q.weight"), "blk.0.attn_q.weight");
  EXPECT_EQ(printable("a\nb\033[31m\xFF"), "a�b�[31m�");
  EXPECT_EQ(printable(std::string(100000, 'x')), std::string(80, 'x') + "…");
}

TEST(Utf8Stream, GivesEverySyllableWholeWhereverItIsCut) {
  for (uint32_t syllable = kFirstSyllable; syllable <= kLastSyllable; ++syllable) {
    const std::string text = utf8(syllable);
    ASSERT_EQ(text.size(), 3u);
    for (size_t cut = 1; cut < text.size(); ++cut) {
      Utf8Stream stream;
      ASSERT_EQ(stream.push(text.substr(0, cut)), "");
      ASSERT_TRUE(stream.has_pending());
      ASSERT_EQ(stream.push(text.substr(cut)), text);
      ASSERT_FALSE(stream.has_pending());
    }
    Utf8Stream stream;
    std::string joined;
    for (const char byte : text) joined += stream.push({&byte, 1});
    ASSERT_EQ(joined, text);
  }
}

TEST(Utf8Stream, AgreesWithRepairForAnyCut) {
  const std::string text = "온돌\xEA\xB0 ok\xF0\x9F\x98\x80\xED\xA0\x80 끝";
  const std::string whole = repair_utf8(text).text;
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    Utf8Stream stream;
    std::string joined = stream.push(text.substr(0, cut));
    joined += stream.push(text.substr(cut));
    EXPECT_EQ(joined, whole) << cut;
  }
}

TEST(Utf8Stream, ReplacesAtOnceWhatCanNeverBecomeACharacter) {
  Utf8Stream stream;
  EXPECT_EQ(stream.push("\xEA\xB0"), "");
  EXPECT_EQ(stream.push("a"), "�a");
}

TEST(Utf8Stream, DropsAnUnfinishedTailAtTheEnd) {
  Utf8Stream stream;
  EXPECT_EQ(stream.push("가\xEA\xB0"), "가");
  EXPECT_TRUE(stream.has_pending());
  stream.finish();
  EXPECT_FALSE(stream.has_pending());
}

}  // namespace
}  // namespace ondol
