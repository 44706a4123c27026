#include "server/ollama/request_fields.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "server/ollama/chat_message.h"

namespace ondol {
namespace {

// The first error of reading a request, or "".
std::string problem_of(const char* text) {
  const Json body = Json::parse(text);
  Fields fields(body);
  read_ollama_request(fields);
  read_ollama_messages(fields);
  const ApiStatus read = fields.finish();
  return read ? "" : read.error().param;
}

TEST(OllamaRequest, ReadsOptions) {
  const Json body = Json::parse(R"({"model": "m:latest", "format": "json", "think": "low", "keep_alive": "5m",
    "options": {"num_predict": -2, "temperature": 0, "top_k": 3, "seed": 7, "stop": "x", "num_ctx": 512,
                "num_thread": 4}})");
  Fields fields(body);
  const OllamaRequest request = read_ollama_request(fields);
  ASSERT_TRUE(fields.finish());
  EXPECT_EQ(request.delivery.model, "m:latest");
  EXPECT_TRUE(request.delivery.streams);
  EXPECT_EQ(request.answer.model, "m");
  EXPECT_EQ(request.answer.options.max_tokens, -1);
  EXPECT_EQ(request.answer.options.sampler.temperature, 0);
  EXPECT_EQ(request.answer.options.sampler.top_k, 3);
  EXPECT_EQ(request.answer.options.sampler.seed, 7u);
  EXPECT_EQ(request.answer.options.stops, std::vector<std::string>{"x"});
  EXPECT_EQ(request.answer.least_context, 512);
  EXPECT_EQ(request.answer.keep_s, 300);
  EXPECT_EQ(request.answer.format.kind, FormatWish::Kind::kSchema);
  EXPECT_EQ(request.thinking.thinks, true);
  EXPECT_EQ(request.thinking.effort, "low");
}

TEST(OllamaRequest, NamesWhatItCannotObey) {
  EXPECT_EQ(problem_of(R"({"messages": []})"), "model");
  EXPECT_EQ(problem_of(R"({"model": "m", "options": {"mirostat": 2}})"), "options.mirostat");
  EXPECT_EQ(problem_of(R"({"model": "m", "options": {"warmth": 2}})"), "options.warmth");
  EXPECT_EQ(problem_of(R"({"model": "m", "format": "yaml"})"), "format");
  EXPECT_EQ(problem_of(R"({"model": "m", "think": "hard"})"), "think");
  EXPECT_EQ(problem_of(R"({"model": "m", "messages": [{"role": "user", "content": "a", "images": ["aGk="]}]})"),
            "messages[0].images");
  EXPECT_EQ(problem_of(R"({"model": "m", "messages": [{"role": "assistant", "content": "",
                           "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}]})"),
            "messages[0].tool_calls[0].function.arguments");
}

TEST(OllamaRequest, ReadsCallsAndTheirResults) {
  const Json body = Json::parse(R"({"messages": [{"role": "user", "content": "a"},
    {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "f", "arguments": {"x": 1}}}]},
    {"role": "tool", "tool_name": "f", "content": "2"}]})");
  Fields fields(body);
  const auto messages = read_ollama_messages(fields);
  ASSERT_TRUE(fields.finish());
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(messages[1].tool_calls, (std::vector<ToolCall>{{.name = "f", .arguments = R"({"x":1})", .id = ""}}));
  EXPECT_EQ(messages[2].role, Role::kTool);
  EXPECT_EQ(messages[2].text, "2");
}

}  // namespace
}  // namespace ondol
