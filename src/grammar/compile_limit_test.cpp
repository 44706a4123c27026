#include "grammar/compile_limit.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "grammar/gbnf.h"
#include "grammar/regex.h"
#include "grammar/schema_grammar.h"

namespace ondol {
namespace {

constexpr double kSeconds = 0.01, kManySeconds = 60;

std::string repeated(std::string_view text, int n) {
  std::string all;
  for (int i = 0; i < n; ++i) all += text;
  return all;
}
// Each of `n` texts, which hold {} where their number stands, and `last`.
std::string listed(const char* text, int n, std::string_view last) {
  std::string all;
  for (int i = 0; i < n; ++i) all += fmt::format(fmt::runtime(text), i);
  return all.append(last);
}
std::string pattern(const std::string& regex) { return R"({"type":"string","pattern":")" + regex + R"("})"; }

// The schema's grammar, or why there is none, within the limit.
std::string compile_schema(const std::string& text, double seconds = kSeconds) {
  const CompileLimit limit(seconds);
  const auto schema = Schema::parse(text);
  if (!schema) return schema.error().message;
  const auto grammar = schema_grammar(**schema);
  return grammar ? "compiled" : grammar.error().message;
}
template <class Compile>
std::string compile(Compile&& compile, const std::string& text, double seconds = kSeconds) {
  const CompileLimit limit(seconds);
  const auto grammar = compile(text);
  return grammar ? "compiled" : grammar.error().message;
}

// Without the limit each of these takes from tenths of a second to minutes.
TEST(CompileLimit, EndsSchemasThatTakeLong) {
  const std::string of_object = R"({{"type":"object","properties":{{"k":{{"const":{}}}}},"required":["k"]}},)";
  for (const std::string& bomb :
       {pattern("(" + listed("w{}9|", 9000, "z)")), pattern("a{100000}"), pattern(repeated("\\\\p{L}*", 300)),
        pattern("(a|b)*a(a|b){200}"), pattern("(a{1,1000}){1,1000}"),
        R"({"oneOf":[)" + listed(of_object.c_str(), 2000, "true]}"),
        R"({"properties":{)" +
            listed(R"("k{}":{{"type":"string"}},)", 9000, R"("z":true},"additionalProperties":true})"),
        R"({"type":"string","not":{"enum":[)" + listed(R"("w{}",)", 20000, R"("q"]}})"),
        R"({"allOf":[)" + listed(R"({{"type":"string","pattern":"a{}.*b"}},)", 2000, "true]}")}) {
    EXPECT_NE(compile_schema(bomb).find("longer than 0.01 s"), std::string::npos)
        << bomb.substr(0, 60) << ": " << compile_schema(bomb);
  }
}

TEST(CompileLimit, EndsGrammarsThatTakeLong) {
  std::string left_recursive = "root ::= r0\n";
  for (int i = 0; i < 300; ++i) {
    left_recursive += fmt::format("r{} ::= ", i) + listed("r{} \"a\" | ", 300, "\"b\"\n");
  }
  EXPECT_NE(compile(gbnf_grammar, left_recursive).find("longer than 0.01 s"), std::string::npos);
  EXPECT_NE(compile(regex_grammar, repeated("\\p{L}*", 300)).find("longer than 0.01 s"), std::string::npos);
}

TEST(CompileLimit, LeavesWhatIsQuickAlone) {
  const std::string nested = "(" + repeated("(", 200) + "a" + repeated("+)", 200) + "b)";
  EXPECT_EQ(compile(regex_grammar, nested, kManySeconds), "compiled");
  EXPECT_EQ(compile(gbnf_grammar, "root ::= (\"a\"{1,1000}){1,1000}", kManySeconds), "compiled");
  const char* const person = R"({"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"}}})";
  EXPECT_EQ(compile_schema(person, kManySeconds), "compiled");
}

TEST(CompileLimit, HoldsInItsScopeOnly) {
  const CompileLimit outer(CompileLimit::kNone);
  EXPECT_NE(compile_schema(pattern("a{100000}")).find("longer"), std::string::npos);
  EXPECT_FALSE(CompileLimit::reached());
  EXPECT_TRUE(regex_grammar("[가-힣]+"));
}

TEST(Determinise, GivesUpBeforeItsSetsFillTheMemory) {
  EXPECT_NE(search_automaton("a{100000}", 50'000).has_value(), true);
}

}  // namespace
}  // namespace ondol
