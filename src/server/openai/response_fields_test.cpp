#include "server/openai/response_fields.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace ondol {
namespace {

ApiResult<ResponseRequest> read(const char* text) {
  const Json body = Json::parse(text);
  Fields fields(body);
  ResponseRequest request = read_response_request(fields);
  TRY(fields.finish());
  return request;
}
std::string problem_of(const char* text) {
  const auto request = read(text);
  return request ? "" : request.error().param;
}

TEST(ResponseRequest, ReadsItemsAsTurns) {
  const auto request = read(R"({"model": "m", "instructions": "be", "input": [
    {"role": "user", "content": [{"type": "input_text", "text": "one"}]},
    {"type": "reasoning", "id": "rs_1", "summary": [], "content": [{"type": "reasoning_text", "text": "hm"}]},
    {"type": "message", "role": "assistant", "id": "msg_1", "status": "completed",
     "content": [{"type": "output_text", "text": "say", "annotations": [], "logprobs": []}]},
    {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "c1", "output": "2"}]})");
  ASSERT_TRUE(request) << request.error().message;
  const auto& messages = std::get<ChatPrompt>(request->answer.prompt).messages;
  ASSERT_EQ(messages.size(), 4u);
  EXPECT_EQ(messages[0].text, "be");
  EXPECT_EQ(messages[1].text, "one");
  EXPECT_EQ(messages[2].thinking, "hm");
  EXPECT_EQ(messages[2].text, "say");
  EXPECT_EQ(messages[2].tool_calls, (std::vector<ToolCall>{{.name = "f", .arguments = "{}", .id = "c1"}}));
  EXPECT_EQ(messages[3].role, Role::kTool);
  EXPECT_EQ(messages[3].tool_call_id, "c1");
}

TEST(ResponseRequest, ReadsSettingsAndRepeatsThem) {
  const auto request = read(R"({"input": "a", "max_output_tokens": 9, "temperature": 0, "stream": true,
    "reasoning": {"effort": "low"}, "metadata": {"k": "v"}, "parallel_tool_calls": false,
    "text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "array"}}},
    "tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}, "strict": true}],
    "tool_choice": {"type": "function", "name": "f"}})");
  ASSERT_TRUE(request) << request.error().message;
  const auto& prompt = std::get<ChatPrompt>(request->answer.prompt);
  EXPECT_TRUE(request->streams);
  EXPECT_EQ(request->answer.options.max_tokens, 9);
  EXPECT_EQ(request->answer.format.source, R"({"type":"array"})");
  EXPECT_EQ(prompt.variables, R"({"reasoning_effort":"low"})");
  EXPECT_EQ(prompt.tools, R"([{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}])");
  EXPECT_TRUE(prompt.must_call);
  EXPECT_FALSE(prompt.may_call_several);
  EXPECT_EQ(request->echoed["metadata"], Json::parse(R"({"k": "v"})"));
  EXPECT_EQ(request->echoed["temperature"], 0);
  EXPECT_EQ(request->echoed["store"], false);
}

TEST(ResponseRequest, NamesWhatItCannotObey) {
  EXPECT_EQ(problem_of(R"({})"), "input");
  EXPECT_EQ(problem_of(R"({"input": "a", "store": true})"), "store");
  EXPECT_EQ(problem_of(R"({"input": "a", "previous_response_id": "resp_1"})"), "previous_response_id");
  EXPECT_EQ(problem_of(R"({"input": "a", "background": true})"), "background");
  EXPECT_EQ(problem_of(R"({"input": "a", "truncation": "auto"})"), "truncation");
  EXPECT_EQ(problem_of(R"({"input": "a", "tools": [{"type": "web_search"}]})"), "tools[0].type");
  EXPECT_EQ(problem_of(R"({"input": [{"type": "item_reference", "id": "x"}]})"), "input[0].type");
  EXPECT_EQ(problem_of(R"({"input": [{"type": "function_call", "call_id": "c", "name": "f", "arguments": "[]"}]})"),
            "input[0].arguments");
  EXPECT_EQ(problem_of(R"({"input": "a", "stop": "x"})"), "stop");
}

}  // namespace
}  // namespace ondol
