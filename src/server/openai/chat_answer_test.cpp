#include "server/openai/chat_answer.h"

#include "server/recorded_answer.h"

namespace ondol {
namespace {

// Two calls, and one there was no room for.
const Spoken kIsCut{.answer = {.tool_calls = {{.name = "light", .arguments = R"({"on": true})", .id = "abc_1"},
                                              {.name = "fan", .arguments = "{}"}},
                               .cut_call = CutCall{{.name = "tv", .arguments = R"({"on": tr)"}, "cut"}},
                    .reason = FinishReason::kLength,
                    .follows_calls = true};

Json whole(const Spoken& spoken) {
  const auto responder = std::make_shared<RecordedAnswer>();
  speak(*whole_chat_answer(responder, 1), spoken);
  return objects_of(*responder).front()["choices"][0];
}

// The deltas of a stream, and why it ended.
std::string streamed(const Spoken& spoken) {
  const auto responder = std::make_shared<RecordedAnswer>();
  speak(*streamed_chat_answer(responder, 1, {}), spoken);
  std::string deltas;
  for (const Json& chunk : objects_of(*responder)) {
    const Json& choice = chunk["choices"][0];
    deltas += choice["delta"].dump() + "\n";
    if (!choice["finish_reason"].is_null()) deltas += choice["finish_reason"];
  }
  return deltas;
}

TEST(ChatAnswer, StreamsArgumentsAsTheyAreWritten) {
  EXPECT_EQ(streamed(kIsCut),
            R"({"role":"assistant","content":""})"
            "\n"
            R"({"tool_calls":[{"index":0,"id":"abc_*","type":"function","function":{"name":"light","arguments":""}}]})"
            "\n"
            R"({"tool_calls":[{"index":0,"function":{"arguments":"{\"on\": "}}]})"
            "\n"
            R"({"tool_calls":[{"index":0,"function":{"arguments":"true}"}}]})"
            "\n"
            R"({"tool_calls":[{"index":1,"id":"call_*","type":"function","function":{"name":"fan","arguments":""}}]})"
            "\n"
            R"({"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]})"
            "\n"
            R"({"tool_calls":[{"index":2,"id":"call_*","type":"function","function":{"name":"tv","arguments":""}}]})"
            "\n"
            R"({"tool_calls":[{"index":2,"function":{"arguments":"{\"on\": "}}]})"
            "\n"
            R"({"tool_calls":[{"index":2,"function":{"arguments":"tr"}}]})"
            "\n"
            "{}\n"
            "length");
  const Json answer = whole(kIsCut);
  ASSERT_EQ(answer["message"]["tool_calls"].size(), 3u);
  EXPECT_EQ(answer["message"]["content"], nullptr);
  EXPECT_EQ(answer["message"]["tool_calls"][2]["function"]["arguments"], "{\"on\": tr");
  EXPECT_EQ(answer["finish_reason"], "length");
}

TEST(ChatAnswer, StreamsCallsThatAreNotFollowedInOnePieceEach) {
  const Spoken spoken{.answer = {.text = "a", .tool_calls = {{.name = "f", .arguments = "{}"}, {.name = "g"}}}};
  EXPECT_EQ(streamed(spoken),
            R"({"role":"assistant","content":""})"
            "\n"
            R"({"content":"a"})"
            "\n"
            R"({"tool_calls":[{"index":0,"id":"call_*","type":"function","function":{"name":"f","arguments":"{}"}}]})"
            "\n"
            R"({"tool_calls":[{"index":1,"id":"call_*","type":"function","function":{"name":"g","arguments":""}}]})"
            "\n"
            "{}\n"
            "tool_calls");
}

TEST(ChatAnswer, AStopTextInACallLeavesNothingToCall) {
  EXPECT_EQ(whole({.answer = kIsCut.answer, .stop = "x"})["finish_reason"], "stop");
}

}  // namespace
}  // namespace ondol
