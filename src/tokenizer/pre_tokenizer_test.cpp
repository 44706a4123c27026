// Each scanner against PCRE2 running the expression its model family publishes.
#define PCRE2_CODE_UNIT_WIDTH 8
#include "tokenizer/pre_tokenizer.h"

#include <gtest/gtest.h>
#include <pcre2.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/utf8.h"
#include "tokenizer/unicode_class.h"

namespace ondol {
namespace {

constexpr const char* kGpt2 = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr const char* kLlama3 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kQwen2 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kO200k =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|)"
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|)"
    R"(\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

class Expression {
 public:
  explicit Expression(const char* pattern) {
    int error = 0;
    PCRE2_SIZE where = 0;
    code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern), PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_UCP,
                              &error, &where, nullptr));
    pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE);  // without it the tests take seconds
    match_.reset(pcre2_match_data_create_from_pattern(code_.get(), nullptr));
  }

  // The end of the match that starts at `begin`, or -1.
  int64_t match(std::string_view text, int64_t begin) const {
    const int n = pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                              static_cast<size_t>(begin), PCRE2_ANCHORED, match_.get(), nullptr);
    return n <= 0 ? -1 : static_cast<int64_t>(pcre2_get_ovector_pointer(match_.get())[1]);
  }

 private:
  std::unique_ptr<pcre2_code, decltype(&pcre2_code_free)> code_{nullptr, pcre2_code_free};
  std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> match_{nullptr, pcre2_match_data_free};
};

using Words = std::vector<std::string>;

Words words_of(const Expression& expression, std::string_view text) {
  Words words;
  for (int64_t begin = 0; begin < static_cast<int64_t>(text.size());) {
    const int64_t end = expression.match(text, begin);
    if (end <= begin) return {"no match"};
    words.emplace_back(text.substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin)));
    begin = end;
  }
  return words;
}

// Every number alone, and the expression on each piece between them.
Words words_of_digits_apart(const Expression& expression, std::string_view text) {
  static const Expression number("\\p{N}"), others("\\P{N}+");
  Words words;
  for (int64_t begin = 0; begin < static_cast<int64_t>(text.size());) {
    const bool is_number = number.match(text, begin) > begin;
    const int64_t end = (is_number ? number : others).match(text, begin);
    const std::string piece(text.substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin)));
    const Words inside = is_number ? Words{piece} : words_of(expression, piece);
    words.insert(words.end(), inside.begin(), inside.end());
    begin = end;
  }
  return words;
}

Words words_of(WordScanner scan, std::string_view text) {
  Words words;
  for (int64_t begin = 0; begin < static_cast<int64_t>(text.size());) {
    const int64_t end = scan(text, begin);
    if (end <= begin) return {"no progress"};
    words.emplace_back(text.substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin)));
    begin = end;
  }
  return words;
}

// Code points that both libraries know: their Unicode versions differ, and PCRE2's \s has U+180E, which White_Space
// lost in Unicode 6.3.
bool is_comparable(uint32_t code_point) {
  static const Expression assigned("[^\\p{Cn}\\p{Cs}]");
  if (code_point == 0x180E || (code_point >= 0xD800 && code_point < 0xE000)) return false;
  std::string text;
  append_code_point(text, code_point);
  return assigned.match(text, 0) > 0;
}

// Random texts that meet every branch of the expressions often: a few classes, runs, all scripts.
class RandomText {
 public:
  explicit RandomText(uint32_t seed) : random_(seed) {}

  std::string next() {
    std::string text;
    const int n = pick(24) + 1;
    while (static_cast<int>(text.size()) < n) {
      const uint32_t c = code_point();
      for (int repeats = pick(6) == 0 ? pick(5) + 1 : 1; repeats > 0; --repeats) append_code_point(text, c);
    }
    return text;
  }

 private:
  int pick(int n) { return static_cast<int>(random_() % static_cast<uint32_t>(n)); }
  uint32_t one_of(std::u32string_view choices) {
    return choices[static_cast<size_t>(pick(static_cast<int>(choices.size())))];
  }
  uint32_t between(uint32_t first, uint32_t last) { return first + random_() % (last - first + 1); }

  uint32_t code_point() {
    switch (pick(16)) {
      case 0:
        return one_of(U"'’");
      case 1:
        return one_of(U"stmdrevlSTMDREVL\u017F\u212A");
      case 2:
        return one_of(U"aZ\u00E9\u00C9\u01C5\u02B0\u00AA\u05D0\u0416\u0436");
      case 3:
        return one_of(U"0179\u0661\u2167\u00BD\u3007\uFF15");
      case 4:
        return one_of(U" \t\u00A0\u3000\u2028\u0085\u000B");
      case 5:
        return ' ';
      case 6:
        return one_of(U"\r\n");
      case 7:
        return one_of(U"!/.,-_$+~\u3002\u20AC");
      case 8:
        return between(0xAC00, 0xD7A3);  // Korean syllables
      case 9:
        return between(0x1100, 0x11FF);  // jamo, as NFD has them
      case 10:
        return one_of(U"\u0300\u0301\u0903\u093F\u20DD\u3099");  // marks
      case 11:
        return one_of(U"\U0001F469\u200D\U0001F680\uFE0F\U0001F1F0\U0001F3FD");
      case 12:
        return between(0x4E00, 0x9FFF);
      case 13:
        return between(0x21, 0x7E);
      default:
        for (;;) {
          const uint32_t c = between(0, pick(2) == 0 ? 0xFFFF : 0x10FFFF);
          if (is_comparable(c)) return c;
        }
    }
  }

  std::mt19937 random_;
};

void expect_same_words(WordScanner scan, const char* pattern, bool digits_apart = false) {
  const Expression expression(pattern);
  RandomText random(20);
  for (int i = 0; i < 40000; ++i) {
    const std::string text = random.next();
    const Words expected = digits_apart ? words_of_digits_apart(expression, text) : words_of(expression, text);
    ASSERT_EQ(words_of(scan, text), expected) << testing::PrintToString(text);
  }
}

TEST(PreTokenizer, Gpt2CutsAsItsExpression) { expect_same_words(scan_gpt2, kGpt2); }
TEST(PreTokenizer, StarcoderCutsAsItsExpressions) { expect_same_words(scan_starcoder, kGpt2, true); }
TEST(PreTokenizer, Llama3CutsAsItsExpression) { expect_same_words(scan_llama3, kLlama3); }
TEST(PreTokenizer, Qwen2CutsAsItsExpression) { expect_same_words(scan_qwen2, kQwen2); }
TEST(PreTokenizer, O200kCutsAsItsExpression) { expect_same_words(scan_o200k, kO200k); }

TEST(PreTokenizer, KnowsTheNamesOfTheFamilies) {
  EXPECT_EQ(find_pre_tokenizer("exaone4")->scan, scan_gpt2);
  EXPECT_EQ(find_pre_tokenizer("exaone")->scan, scan_starcoder);
  EXPECT_EQ(find_pre_tokenizer("midm-2.0")->scan, scan_llama3);
  EXPECT_TRUE(find_pre_tokenizer("midm-2.0")->ignore_merges);
  EXPECT_FALSE(find_pre_tokenizer("dbrx")->ignore_merges);
  EXPECT_EQ(find_pre_tokenizer("solar-open")->scan, scan_qwen2);
  EXPECT_EQ(find_pre_tokenizer("kanana2")->scan, scan_o200k);
  EXPECT_EQ(find_pre_tokenizer("no-such"), nullptr);
}

TEST(PreTokenizer, PassesIllFormedBytesAsOtherCharacters) {
  for (const WordScanner scan : {scan_gpt2, scan_starcoder, scan_llama3, scan_qwen2, scan_o200k}) {
    EXPECT_EQ(words_of(scan, "ab\xFF\xED\xA0 \xEA\xB0"), (Words{"ab", "\xFF\xED\xA0", " \xEA\xB0"}));
  }
}

TEST(UnicodeClass, AgreesWithPcre2OnEveryCodePointBothKnow) {
  struct Property {
    uint8_t bit;
    Expression expression;
  };
  const Property properties[] = {{CharClass::kLetter, Expression("\\p{L}")},
                                 {CharClass::kNumber, Expression("\\p{N}")},
                                 {CharClass::kSpace, Expression("\\s")},
                                 {CharClass::kOther, Expression("[^\\s\\p{L}\\p{N}]")},
                                 {CharClass::kUpper, Expression("[\\p{Lu}\\p{Lt}]")},
                                 {CharClass::kLower, Expression("\\p{Ll}")},
                                 {CharClass::kMark, Expression("\\p{M}")},
                                 {CharClass::kNewline, Expression("[\\r\\n]")}};
  int n_compared = 0;
  for (uint32_t c = 0; c <= 0x10FFFF; ++c) {
    if (!is_comparable(c)) continue;
    ++n_compared;
    std::string text;
    append_code_point(text, c);
    for (const Property& property : properties) {
      ASSERT_EQ((char_class(c) & property.bit) != 0, property.expression.match(text, 0) > 0)
          << "code point " << c << ", bit " << int{property.bit};
    }
  }
  EXPECT_GT(n_compared, 280000);  // Unicode 14 assigns 144,697 characters and 137,468 for private use
}

}  // namespace
}  // namespace ondol
