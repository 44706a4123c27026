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
