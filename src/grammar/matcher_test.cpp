#include "grammar/matcher.h"

#include <gtest/gtest.h>

#include "grammar/gbnf.h"
#include "grammar/regex.h"
#include "grammar/unicode_set.h"

namespace ondol {
namespace {

using GrammarPtr = std::shared_ptr<const Grammar>;

// 1 and 0 for yes and no, -1 for an error.
int holds(const Result<GrammarPtr>& grammar, std::string_view text) {
  if (!grammar) return -1;
  const auto answer = matches(*grammar, text);
  return answer ? *answer : -1;
}
int gbnf(std::string_view grammar, std::string_view text) { return holds(gbnf_grammar(grammar), text); }
int regex(std::string_view pattern, std::string_view text) { return holds(regex_grammar(pattern), text); }

std::string error_of(const Result<GrammarPtr>& grammar) { return grammar ? "" : grammar.error().message; }

TEST(Gbnf, ReadsLiteralsClassesAndRepetitions) {
  const char* grammar = "root ::= \"a\" [b-d]+ [^x] item{2,3} # comment\nitem ::= (\"1\" |\n \"2\")\n";
  EXPECT_EQ(gbnf(grammar, "abd!12"), 1);
  EXPECT_EQ(gbnf(grammar, "ab한121"), 1);
  EXPECT_EQ(gbnf(grammar, "abdx12"), 0);
  EXPECT_EQ(gbnf(grammar, "ab!1"), 0);
  EXPECT_EQ(gbnf(grammar, "ab!1212"), 0);
}

TEST(Gbnf, AllowsRecursionOnBothSides) {
  EXPECT_EQ(gbnf("root ::= \"(\" root \")\" | \"x\"", "(((x)))"), 1);
  EXPECT_EQ(gbnf("root ::= \"(\" root \")\" | \"x\"", "(((x))"), 0);
  const char* left = "root ::= root \"+\" term | term\nterm ::= term \"*\" [0-9] | [0-9]";
  EXPECT_EQ(gbnf(left, "1+2*3*4+5"), 1);
  EXPECT_EQ(gbnf(left, "1+*3"), 0);
  const char* indirect = "root ::= a\na ::= b \"x\" | \"y\"\nb ::= c? a \"z\" | \"w\"\nc ::= \"c\"?";
  EXPECT_EQ(gbnf(indirect, "yzx"), 1);
  EXPECT_EQ(gbnf(indirect, "cyzx"), 1);
  EXPECT_EQ(gbnf(indirect, "ccwxzxzx"), 1);
  EXPECT_EQ(gbnf(indirect, "yz"), 0);
}

TEST(Gbnf, KeepsAmbiguityPolynomial) {
  const std::string text(100, 'a');
  EXPECT_EQ(gbnf("root ::= root root | \"a\"", text), 1);
  EXPECT_EQ(gbnf("root ::= s\ns ::= s s s | s s | \"a\" | \"\"", text), 1);
  EXPECT_EQ(gbnf("root ::= root root | \"a\"", std::string(100'000, 'a')), -1);  // ends soon, with an error
  EXPECT_EQ(gbnf("root ::= (\"a\"? \"a\"?)* \"b\"", text), 0);
}

TEST(Gbnf, NeedsAGrammarThatHoldsSomething) {
  EXPECT_NE(error_of(gbnf_grammar("root ::= \"a\" root")), "");
  EXPECT_EQ(gbnf("root ::= \"\"", ""), 1);
  EXPECT_EQ(gbnf("root ::= \"a\" | \"b\" root", "bba"), 1);
}

TEST(Gbnf, SaysWhereItIsWrong) {
  EXPECT_EQ(error_of(gbnf_grammar("root ::= \"a\"\nb ::= )")), "grammar: line 2: expected | ( \" [, found \")\"");
  EXPECT_EQ(error_of(gbnf_grammar("root ::= x")), "grammar: line 1: the rule \"x\" is used but never defined");
  EXPECT_NE(error_of(gbnf_grammar("a ::= \"b\"")).find("root"), std::string::npos);
  EXPECT_NE(error_of(gbnf_grammar("root ::= <[12]>")).find("token literals"), std::string::npos);
  const std::string deep = "root ::= " + std::string(60'000, '(') + "\"a\"" + std::string(60'000, ')');
  EXPECT_NE(error_of(gbnf_grammar(deep)).find("250"), std::string::npos);
  EXPECT_NE(error_of(gbnf_grammar("root ::= ((((\"a\"{99999}){99999}){99999}){99999})")).find("too large"),
            std::string::npos);
}

TEST(Regex, MatchesWholeTexts) {
  EXPECT_EQ(regex("a|b+", "bbb"), 1);
  EXPECT_EQ(regex("a|b+", "ab"), 0);
  EXPECT_EQ(regex("^[가-힣]{2,3}$", "한국"), 1);
  EXPECT_EQ(regex("^[가-힣]{2,3}$", "한a"), 0);
  EXPECT_EQ(regex("(?:\\d{3}-)?\\d{4}", "010-1234"), 1);
  EXPECT_EQ(regex("\\p{Script=Hangul}+\\p{P}", "안녕!"), 1);
  EXPECT_EQ(regex("[^\\W_]*?", "a1"), 1);
  EXPECT_EQ(regex("a.c", "a\nc"), 0);
  EXPECT_EQ(regex("\\u0041\\x42\\u{1F600}\\t", "AB😀\t"), 1);
  EXPECT_EQ(regex("(a|b)*a(a|b){60}", "a" + std::string(60, 'b')), 1);
}

TEST(Regex, TakesLinearTime) {
  const std::string text(50'000, 'a');
  EXPECT_EQ(regex("(a+)+b", text), 0);
  EXPECT_EQ(regex("(a*)*(a|aa)*c?", text), 1);
  EXPECT_EQ(regex("(.*)*x", text), 0);
}

TEST(Regex, RefusesByNameWhatItCannotDo) {
  EXPECT_NE(error_of(regex_grammar("(a)\\1")).find("back-reference"), std::string::npos);
  EXPECT_NE(error_of(regex_grammar("(?=a)")).find("look-ahead"), std::string::npos);
  EXPECT_NE(error_of(regex_grammar("(?<!a)")).find("look-behind"), std::string::npos);
  EXPECT_NE(error_of(regex_grammar("\\bword")).find("word boundary"), std::string::npos);
  EXPECT_NE(error_of(regex_grammar("*a")).find("nothing to repeat"), std::string::npos);
  EXPECT_NE(error_of(regex_grammar("a{3,2}")), "");
  EXPECT_NE(error_of(regex_grammar("[b-a]")), "");
  EXPECT_NE(error_of(regex_grammar("(a")), "");
  EXPECT_NE(error_of(regex_grammar("\\p{Nope}")).find("Nope"), std::string::npos);
  EXPECT_NE(error_of(regex_grammar(std::string(30'000, '(') + std::string(30'000, ')'))).find("250"),
            std::string::npos);
}

TEST(SearchAutomaton, FindsThePatternAnywhere) {
  const auto found = [](std::string_view pattern, std::string_view text) {
    const auto automaton = search_automaton(pattern, 1000);
    return automaton ? int{accepts(*automaton, text)} : -1;
  };
  EXPECT_EQ(found("a+", "xxaxx"), 1);
  EXPECT_EQ(found("^a+$", "xxaxx"), 0);
  EXPECT_EQ(found("^a|b$", "xxb"), 1);
  EXPECT_EQ(found("^a|b$", "xbx"), 0);
  EXPECT_EQ(found("", "아무거나"), 1);
  EXPECT_EQ(found("(^|,)x($|,)", "a,x,b"), 1);
  EXPECT_EQ(found("(a|b)*a(a|b){60}$", "a"), -1);  // too many states
}

TEST(ScriptGrammar, LeavesOtherLettersOut) {
  const auto grammar = script_grammar("hangul,latin");
  EXPECT_EQ(holds(grammar, "안녕 world 123, 😀!\n"), 1);
  EXPECT_EQ(holds(grammar, "漢字"), 0);
  EXPECT_EQ(holds(grammar, "кот"), 0);
  EXPECT_NE(error_of(script_grammar("klingon")).find("klingon"), std::string::npos);
}

TEST(ChoiceGrammar, HoldsItsTextsOnly) {
  const auto grammar = choice_grammar("예,아니오,예외");
  EXPECT_EQ(holds(grammar, "예"), 1);
  EXPECT_EQ(holds(grammar, "예외"), 1);
  EXPECT_EQ(holds(grammar, "예아"), 0);
  EXPECT_NE(error_of(choice_grammar("a,,b")), "");
}

TEST(Matcher, ForgetsWithoutLosingItsPlace) {
  const auto grammar = gbnf_grammar("root ::= \"(\" root \")\" | \"x\"");
  ASSERT_TRUE(grammar);
  Matcher matcher(*grammar);
  MatchState state = matcher.start();
  for (int i = 0; i < 5000; ++i) {
    state = matcher.step(state, '(');
    matcher.forget(state, 100);
  }
  state = matcher.step(state, 'x');
  for (int i = 0; i < 4999; ++i) state = matcher.step(state, ')');
  EXPECT_FALSE(matcher.can_end(state));
  state = matcher.step(state, ')');
  EXPECT_TRUE(matcher.can_end(state));
  EXPECT_FALSE(matcher.can_continue(state));
}

}  // namespace
}  // namespace ondol
