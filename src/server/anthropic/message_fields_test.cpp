#include "server/anthropic/message_fields.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace ondol {
namespace {

ApiResult<ChatPrompt> read(const char* text) {
  const Json body = Json::parse(text);
  Fields fields(body);
  FormatWish wish;
  ChatPrompt prompt = read_anthropic_prompt(fields, wish);
  TRY(fields.finish());
  return prompt;
}
std::string problem_of(const char* text) {
  const auto prompt = read(text);
  return prompt ? "" : prompt.error().param;
}

TEST(AnthropicMessages, BecomeTurnsOfAChat) {
  const auto prompt = read(R"({
    "system": [{"type": "text", "text": "s1", "cache_control": {"type": "ephemeral"}}, {"type": "text", "text": "s2"}],
    "messages": [
      {"role": "user", "content": "one"}, {"role": "user", "content": [{"type": "text", "text": "two"}]},
      {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm", "signature": ""},
        {"type": "text", "text": "say"}, {"type": "tool_use", "id": "t1", "name": "f", "input": {"x": 1}}]},
      {"role": "user", "content": [
        {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "2"}]},
        {"type": "text", "text": "three"}]}]})");
  ASSERT_TRUE(prompt) << prompt.error().message;
  const auto& messages = prompt->messages;
  ASSERT_EQ(messages.size(), 5u);
  EXPECT_EQ(messages[0].text, "s1\ns2");
  EXPECT_EQ(messages[1].text, "one\ntwo");
  EXPECT_EQ(messages[2].thinking, "hm");
  EXPECT_EQ(messages[2].text, "say");
  EXPECT_EQ(messages[2].tool_calls, (std::vector<ToolCall>{{.name = "f", .arguments = R"({"x":1})", .id = "t1"}}));
  EXPECT_EQ(messages[3].role, Role::kTool);
  EXPECT_EQ(messages[3].tool_call_id, "t1");
  EXPECT_EQ(messages[3].text, "2");
  EXPECT_EQ(messages[4].text, "three");
}

TEST(AnthropicMessages, OfferTools) {
  const auto prompt = read(R"({"messages": [{"role": "user", "content": "a"}],
    "tools": [{"name": "f", "description": "d", "input_schema": {"type": "object"}}, {"name": "g", "input_schema": {}}],
    "tool_choice": {"type": "tool", "name": "f", "disable_parallel_tool_use": true},
    "thinking": {"type": "disabled"}})");
  ASSERT_TRUE(prompt) << prompt.error().message;
  EXPECT_EQ(prompt->tools, R"([{"type":"function","function":{"name":"f","description":"d",)"
                           R"("parameters":{"type":"object"}}}])");
  EXPECT_TRUE(prompt->must_call);
  EXPECT_FALSE(prompt->may_call_several);
  EXPECT_EQ(prompt->variables, R"({"enable_thinking":false,"thinking":false})");
}

TEST(AnthropicMessages, NameWhatIsWrong) {
  EXPECT_EQ(problem_of(R"({"messages": []})"), "messages");
  EXPECT_EQ(problem_of(R"({"messages": [{"role": "system", "content": "a"}]})"), "messages[0].role");
  EXPECT_EQ(problem_of(R"({"messages": [{"role": "user", "content": [{"type": "image", "source": {}}]}]})"),
            "messages[0].content[0].type");
  EXPECT_EQ(problem_of(R"({"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]})"),
            "messages");
  EXPECT_EQ(problem_of(R"({"messages": [{"role": "user", "content": "a"}], "tools": [{"type": "bash", "name": "b"}]})"),
            "tools[0].type");
  EXPECT_EQ(problem_of(R"({"messages": [{"role": "user", "content": "a"}], "tool_choice": {"type": "any"}})"),
            "tool_choice");
  EXPECT_EQ(problem_of(R"({"messages": [{"role": "user", "content": "a"}], "top_a": 1})"), "top_a");
}

}  // namespace
}  // namespace ondol
