#include "server/format_cache.h"

#include <ctime>

#include "server/recorded_answer.h"

namespace ondol {
namespace {

double processor_s() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

TEST(FormatCache, CompilesAFormatOnce) {
  const ByteTokenizer tokenizer;
  FormatCache cache(tokenizer);
  const FormatWish wish{.kind = FormatWish::Kind::kRegex, .source = "a+"};
  const auto first = cache.format(wish), second = cache.format(wish);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(*first, *second);
  const auto other = cache.format({.kind = FormatWish::Kind::kChoice, .source = "a+"});
  ASSERT_TRUE(other);
  EXPECT_NE(*first, *other);
  EXPECT_EQ(*cache.format({.kind = FormatWish::Kind::kText}), nullptr);
}

TEST(FormatCache, RemembersWhatTookTooLong) {
  constexpr double kLimit_s = 0.05;
  const ByteTokenizer tokenizer;
  FormatCache cache(tokenizer, kLimit_s);
  std::string regex;
  for (int i = 0; i < 300; ++i) regex += "\\p{L}*";
  const std::string tool =
      R"([{"name": "f", "parameters": {"properties": {"a": {"type": "string", "pattern": "(a{1,1000}){1,1000}"}}}}])";
  const auto ask = [&](bool calls) {
    if (calls) return cache.calls({.tools = tool, .required = true}, *find_tool_call_syntax("hermes"));
    return cache.format({.kind = FormatWish::Kind::kRegex, .source = regex});
  };
  for (const bool calls : {false, true}) {
    const double began_s = processor_s();
    const auto first = ask(calls);
    const double compiled_s = processor_s();
    ASSERT_FALSE(first);
    EXPECT_NE(first.error().message.find("longer than 0.05 s"), std::string::npos) << first.error().message;
    EXPECT_GE(compiled_s - began_s, kLimit_s);
    const auto second = ask(calls);
    EXPECT_LT(processor_s() - compiled_s, kLimit_s / 4);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().message, first.error().message);
    EXPECT_EQ(second.error().kind, first.error().kind);
  }
  EXPECT_TRUE(cache.format({.kind = FormatWish::Kind::kRegex, .source = "a"}));
}

TEST(FormatCache, RemembersWhatIsTooLarge) {
  const ByteTokenizer tokenizer;
  FormatCache cache(tokenizer, /*compile_s=*/60);
  const FormatWish wish{.kind = FormatWish::Kind::kSchema,
                        .source = R"({"type":"string","pattern":"(a|b)*a(a|b){200}"})"};
  const double began_s = processor_s();
  const auto first = cache.format(wish);
  const double compiled_s = processor_s();
  const auto second = cache.format(wish);
  EXPECT_LT(processor_s() - compiled_s, (compiled_s - began_s) / 4);
  ASSERT_FALSE(first || second);
  EXPECT_NE(first.error().message.find("states"), std::string::npos) << first.error().message;
  EXPECT_EQ(first.error().message, second.error().message);
}

TEST(FormatCache, SaysEachTimeWhatIsWrong) {
  const ByteTokenizer tokenizer;
  FormatCache cache(tokenizer);
  const FormatWish wish{.kind = FormatWish::Kind::kRegex, .source = "(a"};
  const auto first = cache.format(wish), second = cache.format(wish);
  ASSERT_FALSE(first || second);
  EXPECT_EQ(first.error().message, second.error().message);
}

}  // namespace
}  // namespace ondol
