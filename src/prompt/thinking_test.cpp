#include "prompt/thinking.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

// Reads `text` in pieces of `n_bytes`; what was streamed is kept apart by "t:" and "a:".
struct Read {
  Answer answer;
  std::string thinking, text;
};
Read read(std::string_view jinja, std::string_view prompt_end, bool tools, std::string_view text, size_t n_bytes) {
  Read result;
  AnswerReader reader(recognize_answer_syntax(jinja, prompt_end, tools), [&](AnswerKind kind, std::string_view piece) {
    (kind == AnswerKind::kThinking ? result.thinking : result.text) += piece;
  });
  for (; !text.empty(); text.remove_prefix(std::min(n_bytes, text.size()))) reader.push(text.substr(0, n_bytes));
  result.answer = reader.finish();
  return result;
}

struct Case {
  const char* name;
  const char* jinja;
  const char* prompt_end;
  const char* generated;
  const char* thinking;
  const char* text;
};
const Case kCases[] = {
    {"Qwen", "<think>", "assistant\n", "<think>\n둘 더하기\n</think>\n\nFour", "둘 더하기", "Four"},
    {"DeepSeek, opened by the prompt", "<think>", "<｜Assistant｜><think>\n", "hm\n</think>\n\nFour", "hm", "Four"},
    {"Qwen, closed by the prompt", "<think>", "<think>\n\n</think>\n\n", "Four", "", "Four"},
    {"EXAONE 4", "<think>", "[|assistant|]\n<think>\n", "생각</think>답 <b>", "생각", "답 <b>"},
    {"gpt-oss", "<|channel|>", "<|start|>assistant",
     "<|channel|>analysis<|message|>think<|end|><|start|>assistant<|channel|>final<|message|>Hi <|return|>", "think",
     "Hi "},
    {"Command R7B", "<|START_THINKING|>", "<|CHATBOT_TOKEN|>",
     "<|START_THINKING|>plan<|END_THINKING|><|START_RESPONSE|>answer<|END_RESPONSE|>", "plan", "answer"},
    {"Granite", "<think></think><response></response>", "<|end_of_role|>", "<think>t</think>\n<response>r</response>",
     "t", "r"},
    {"Solar Open", "<|think|>", "<|begin|>assistant", "<|think|>t<|end|><|begin|>assistant<|content|>c<|end|>", "t",
     "c"},
    {"HyperCLOVA X Think", "assistant/think", "<|im_start|>assistant",
     "/think\nhm<|im_end|>\n<|im_start|>assistant\n답", "hm", "답"},
    {"no thinking", "", "", "plain </think> text", "", "plain </think> text"},
    {"never closed", "<think>", "", "<think>on and on", "on and on", ""},
    {"a beginning that is none", "<think>", "", "a <thin", "", "a <thin"},
};

TEST(AnswerReader, KeepsThinkingApartHoweverTheTextIsCut) {
  for (const Case& item : kCases) {
    for (const size_t n_bytes : {1u, 2u, 3u, 7u, 1000u}) {
      const Read result = read(item.jinja, item.prompt_end, false, item.generated, n_bytes);
      EXPECT_EQ(result.answer.thinking, item.thinking) << item.name << ", pieces of " << n_bytes;
      EXPECT_EQ(result.answer.text, item.text) << item.name << ", pieces of " << n_bytes;
      EXPECT_EQ(result.text, item.text) << item.name << ", pieces of " << n_bytes;
      EXPECT_EQ(result.answer.tool_calls.size(), 0u) << item.name;
    }
  }
}

struct CallCase {
  const char* syntax;
  const char* jinja;
  const char* generated;
  const char* text;
  std::vector<ToolCall> calls;
};
const char* const kArguments = R"({"city":"서울","days":3})";

const std::vector<CallCase>& call_cases() {
  static const std::vector<CallCase> cases = {
      {"hermes",
       "<tool_call>\\n",
       "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"city\": \"서울\", \"days\": 3}}\n</tool_call>",
       "",
       {{"f", kArguments, ""}}},
      {"hermes",
       "<tool_call>\\n",
       "볼게요.\n<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>\n<tool_call>{\"name\": \"g\", "
       "\"arguments\": "
       "\"{\\\"a\\\": 1}\"}</tool_call>",
       "볼게요.",
       {{"f", "{}", ""}, {"g", R"({"a":1})", ""}}},
      {"llama3",
       "<|python_tag|>",
       "{\"name\": \"f\", \"parameters\": {\"city\": \"서울\", \"days\": 3}}",
       "",
       {{"f", kArguments, ""}}},
      {"llama3", "<|python_tag|>", "<|python_tag|>{\"name\": \"f\", \"parameters\": {}}", "", {{"f", "{}", ""}}},
      {"llama3", "<|python_tag|>", "Hello {name}", "Hello {name}", {}},
      {"llama3", "<|python_tag|>", "{\"answer\": 4}", "{\"answer\": 4}", {}},
      {"mistral-list",
       "[TOOL_CALLS]",
       "[TOOL_CALLS][{\"name\": \"f\", \"arguments\": {\"city\": \"서울\", \"days\": 3}, \"id\": \"abcdef123\"}, "
       "{\"name\": "
       "\"g\", \"arguments\": {}}]",
       "",
       {{"f", kArguments, "abcdef123"}, {"g", "{}", ""}}},
      {"mistral-args",
       "[ARGS]",
       "[TOOL_CALLS]f[CALL_ID]abcdef123[ARGS]{\"city\": \"서울\", \"days\": 3}",
       "",
       {{"f", kArguments, "abcdef123"}}},
      {"mistral-args", "[ARGS]", "[TOOL_CALLS]f[ARGS]{}[TOOL_CALLS]g[ARGS]{}", "", {{"f", "{}", ""}, {"g", "{}", ""}}},
      {"command-r-plus",
       "\"tool_name\"",
       "Action:\n```json\n[\n    {\n        \"tool_name\": \"f\",\n        \"parameters\": {\"city\": \"서울\", "
       "\"days\": 3}\n "
       "   }\n]```",
       "",
       {{"f", kArguments, ""}}},
      {"command-r7b",
       "<|START_ACTION|>",
       "<|START_ACTION|>[\n    {\"tool_call_id\": \"0\", \"tool_name\": \"f\", \"parameters\": {\"city\": \"서울\", "
       "\"days\": 3}}\n]<|END_ACTION|>",
       "",
       {{"f", kArguments, "0"}}},
      {"functionary-3.1",
       "<function=",
       "<function=f>{\"city\": \"서울\", \"days\": 3}</function>",
       "",
       {{"f", kArguments, ""}}},
      {"functionary-3.2",
       ">>>${recipient}",
       "f\n{\"city\": \"서울\", \"days\": 3}>>>g\n{}",
       "",
       {{"f", kArguments, ""}, {"g", "{}", ""}}},
      {"functionary-3.2", ">>>${recipient}", "all\nHello", "Hello", {}},
      {"firefunction",
       "functools[",
       " functools[{\"name\": \"f\", \"arguments\": {\"city\": \"서울\", \"days\": 3}}]",
       "",
       {{"f", kArguments, ""}}},
      {"harmony",
       "to=functions",
       "<|channel|>commentary to=functions.f <|constrain|>json<|message|>{\"city\": \"서울\", \"days\": 3}<|call|>",
       "",
       {{"f", kArguments, ""}}},
      {"granite",
       "<|tool_call|>",
       "<|tool_call|>[{\"name\": \"f\", \"arguments\": {\"city\": \"서울\", \"days\": 3}}]",
       "",
       {{"f", kArguments, ""}}},
      {"hyperclovax",
       "tool/function_call",
       " -> tool/function_call\n[{\"name\": \"f\", \"arguments\": {}}]",
       "",
       {{"f", "{}", ""}}},
      {"deepseek",
       "<｜tool▁calls▁begin｜>",
       "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>f\n```json\n{\"city\": \"서울\", \"days\": "
       "3}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>g\n```json\n{}\n```<｜tool▁call▁end｜><"
       "｜tool▁"
       "calls▁end｜>",
       "",
       {{"f", kArguments, ""}, {"g", "{}", ""}}},
      {"solar-open",
       "<|tool_call:begin|>",
       "<|tool_calls|><|tool_call:begin|>a1b2c3d4e5<|tool_call:name|>f<|tool_call:args|>{\"city\": \"서울\", \"days\": "
       "3}<|tool_call:end|><|calls|>",
       "",
       {{"f", kArguments, "a1b2c3d4e5"}}},
      {"lfm2",
       "List of tools: ",
       "<|tool_call_start|>[f(city=\"서울\", days=3), g(ok=True, x=['a', None])]<|tool_call_end|>",
       "",
       {{"f", kArguments, ""}, {"g", R"({"ok":true,"x":["a",null]})", ""}}},
      {"hermes", "<tool_call>\\n", "<tool_call>\nno json here", "<tool_call>\nno json here", {}},
      {"hermes",
       "<tool_call>\\n",
       "<tool_call>{\"name\": \"f\", \"arguments\": {\"cut",
       "<tool_call>{\"name\": \"f\", \"arguments\": {\"cut",
       {}},
  };
  return cases;
}

TEST(AnswerReader, ReadsTheToolCallsOfEachFamilyHoweverTheTextIsCut) {
  for (const CallCase& item : call_cases()) {
    ASSERT_EQ(recognize_tool_call_syntax(item.jinja), find_tool_call_syntax(item.syntax)) << item.syntax;
    for (const size_t n_bytes : {1u, 3u, 1000u}) {
      const Read result = read(item.jinja, "", true, item.generated, n_bytes);
      EXPECT_EQ(result.answer.text, item.text) << item.syntax << ": " << item.generated;
      ASSERT_EQ(result.answer.tool_calls.size(), item.calls.size()) << item.syntax << ": " << item.generated;
      for (size_t i = 0; i < item.calls.size(); ++i) {
        EXPECT_EQ(result.answer.tool_calls[i].name, item.calls[i].name) << item.syntax;
        EXPECT_EQ(result.answer.tool_calls[i].arguments, item.calls[i].arguments) << item.syntax;
        EXPECT_EQ(result.answer.tool_calls[i].id, item.calls[i].id) << item.syntax;
      }
    }
  }
}

TEST(AnswerReader, ACallIsTextWhereNoToolsWereGiven) {
  const char* call = "<tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>";
  EXPECT_EQ(read("<tool_call>", "", false, call, 5).answer.text, call);
}

TEST(ToolDefinitions, AreReadFromOpenAisList) {
  const auto tools = read_tool_definitions(
      R"([{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}, {"name": "g"}])");
  ASSERT_TRUE(tools);
  ASSERT_EQ(tools->size(), 2u);
  EXPECT_EQ((*tools)[0].name, "f");
  EXPECT_EQ((*tools)[0].parameters, R"({"type":"object"})");
  EXPECT_EQ((*tools)[1].parameters, "{}");
  EXPECT_FALSE(read_tool_definitions("{}"));
  EXPECT_FALSE(read_tool_definitions("[1]"));
  EXPECT_FALSE(read_tool_definitions("[{\"name\": \"f\", \"parameters\": 1}]"));
  EXPECT_FALSE(read_tool_definitions(std::string(100'000, '[')));
}

}  // namespace
}  // namespace ondol
