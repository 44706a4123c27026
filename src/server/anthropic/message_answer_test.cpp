#include "server/anthropic/message_answer.h"

#include "server/recorded_answer.h"

namespace ondol {
namespace {

std::string answered(bool streams, const Spoken& spoken) {
  const auto responder = std::make_shared<RecordedAnswer>();
  speak(*anthropic_answer(responder, streams), spoken);
  EXPECT_TRUE(responder->has_ended);
  return lines_of(objects_of(*responder));
}

const Spoken kThinksSpeaksAndCalls{
    .answer = {.thinking = "so", .text = "a b", .tool_calls = {{.name = "light", .arguments = R"({"on":true})"}}}};

TEST(AnthropicAnswer, StreamsItsEventsInOrder) {
  EXPECT_EQ(
      answered(true, kThinksSpeaksAndCalls),
      R"({"type":"message_start","message":{"id":"msg_*","type":"message","role":"assistant","model":"m","content":[],)"
      R"("stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":4,"cache_creation_input_tokens":0,)"
      R"("cache_read_input_tokens":3,"output_tokens":0}}})"
      "\n"
      R"({"type":"ping"})"
      "\n"
      R"({"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}})"
      "\n"
      R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"so"}})"
      "\n"
      R"({"type":"content_block_stop","index":0})"
      "\n"
      R"({"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}})"
      "\n"
      R"({"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"a "}})"
      "\n"
      R"({"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"b"}})"
      "\n"
      R"({"type":"content_block_stop","index":1})"
      "\n"
      R"({"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_*","name":"light",)"
      R"("input":{}}})"
      "\n"
      R"({"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"on\":true}"}})"
      "\n"
      R"({"type":"content_block_stop","index":2})"
      "\n"
      R"({"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":4,)"
      R"("cache_creation_input_tokens":0,"cache_read_input_tokens":3,"output_tokens":5}})"
      "\n"
      R"({"type":"message_stop"})"
      "\n");
}

// Two calls, and one there was no room for.
const Spoken kIsCut{.answer = {.tool_calls = {{.name = "light", .arguments = R"({"on": true})", .id = "a_1"},
                                              {.name = "fan", .arguments = "{}"}},
                               .cut_call = CutCall{{.name = "tv", .arguments = R"({"on": tr)"}, "cut"}},
                    .reason = FinishReason::kLength,
                    .follows_calls = true};

TEST(AnthropicAnswer, StreamsArgumentsAsTheyAreWritten) {
  std::string order;
  const auto responder = std::make_shared<RecordedAnswer>();
  speak(*anthropic_answer(responder, /*streams=*/true), kIsCut);
  for (const Json& event : objects_of(*responder)) {
    if (event.contains("content_block")) order += event["content_block"].dump();
    if (event.contains("index")) order += event["index"].dump() + event.value("delta", Json()).dump() + "\n";
    if (event["type"] == "message_delta") order += event["delta"].dump();
  }
  EXPECT_EQ(order, R"({"type":"tool_use","id":"a_*","name":"light","input":{}}0null)"
                   "\n"
                   R"(0{"type":"input_json_delta","partial_json":"{\"on\": "})"
                   "\n"
                   R"(0{"type":"input_json_delta","partial_json":"true}"})"
                   "\n"
                   "0null\n"
                   R"({"type":"tool_use","id":"toolu_*","name":"fan","input":{}}1null)"
                   "\n"
                   R"(1{"type":"input_json_delta","partial_json":"{}"})"
                   "\n"
                   "1null\n"
                   R"({"type":"tool_use","id":"toolu_*","name":"tv","input":{}}2null)"
                   "\n"
                   R"(2{"type":"input_json_delta","partial_json":"{\"on\": "})"
                   "\n"
                   R"(2{"type":"input_json_delta","partial_json":"tr"})"
                   "\n"
                   "2null\n"
                   R"({"stop_reason":"max_tokens","stop_sequence":null})");
  const Json whole = Json::parse(answered(false, kIsCut));
  EXPECT_EQ(whole["content"][0]["input"], Json({{"on", true}}));
  EXPECT_EQ(whole["content"][2]["name"], "tv");
  EXPECT_EQ(whole["content"][2]["input"], Json::object());
}

TEST(AnthropicAnswer, HasTheSameBlocksAtOnce) {
  EXPECT_EQ(answered(false, kThinksSpeaksAndCalls),
            R"({"id":"msg_*","type":"message","role":"assistant","model":"m","content":[)"
            R"({"type":"thinking","thinking":"so","signature":""},{"type":"text","text":"a b"},)"
            R"({"type":"tool_use","id":"toolu_*","name":"light","input":{"on":true}}],"stop_reason":"tool_use",)"
            R"("stop_sequence":null,"usage":{"input_tokens":4,"cache_creation_input_tokens":0,)"
            R"("cache_read_input_tokens":3,"output_tokens":5}})"
            "\n");
}

TEST(AnthropicAnswer, TellsWhyItEnded) {
  const auto ending = [](const Spoken& spoken) {
    const Json message = Json::parse(answered(false, spoken));
    return message["stop_reason"].get<std::string>() + " " + message["stop_sequence"].dump();
  };
  EXPECT_EQ(ending({.answer = {.text = "a"}}), "end_turn null");
  EXPECT_EQ(ending({.answer = {.text = "a"}, .reason = FinishReason::kLength}), "max_tokens null");
  EXPECT_EQ(ending({.answer = {.text = "a"}, .stop = "END"}), "stop_sequence \"END\"");
}

}  // namespace
}  // namespace ondol
