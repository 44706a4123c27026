#include "server/ollama/ollama_answer.h"

#include "server/recorded_answer.h"

namespace ondol {
namespace {

std::string answered(OllamaAnswerOptions options, const Spoken& spoken) {
  const auto responder = std::make_shared<RecordedAnswer>();
  options.model = "m:latest";
  speak(*ollama_answer(responder, options), spoken);
  EXPECT_TRUE(responder->has_ended);
  EXPECT_EQ(responder->head.content_type, options.streams ? "application/x-ndjson" : "application/json");
  return lines_of(objects_of(*responder));
}

#define COUNTS                                                                                   \
  R"("total_duration":"*","load_duration":"*","prompt_eval_count":7,"prompt_eval_duration":"*")" \
  R"(,"eval_count":5,"eval_duration":"*"})"                                                      \
  "\n"

TEST(OllamaAnswer, StreamsAChatAsLines) {
  const ToolCall call{.name = "light", .arguments = R"({"on": true})"};
  EXPECT_EQ(
      answered({}, {.answer = {.thinking = "so", .text = "a b", .tool_calls = {call}}}),
      R"({"model":"m:latest","created_at":"*","message":{"role":"assistant","content":"","thinking":"so"},"done":false})"
      "\n"
      R"({"model":"m:latest","created_at":"*","message":{"role":"assistant","content":"a "},"done":false})"
      "\n"
      R"({"model":"m:latest","created_at":"*","message":{"role":"assistant","content":"b"},"done":false})"
      "\n"
      R"({"model":"m:latest","created_at":"*","message":{"role":"assistant","content":"","tool_calls":[{"id":"call_*",)"
      R"("function":{"index":0,"name":"light","arguments":{"on":true}}}]},"done":false})"
      "\n"
      R"({"model":"m:latest","created_at":"*","message":{"role":"assistant","content":""},"done":true,)"
      R"("done_reason":"stop",)" COUNTS);
}

TEST(OllamaAnswer, AnswersAQuestionAtOnce) {
  EXPECT_EQ(answered({.streams = false, .is_chat = false},
                     {.answer = {.thinking = "so", .text = "a b"}, .reason = FinishReason::kLength}),
            R"({"model":"m:latest","created_at":"*","response":"a b","thinking":"so","done":true,)"
            R"("done_reason":"length",)" COUNTS);
}

TEST(OllamaAnswer, ShowsHalfACallAsItWasWritten) {
  const CutCall cut{{.name = "tv", .arguments = "{\"on\": tr"}, "<tool_call>{"};
  for (const bool streams : {true, false}) {
    const auto said = [&](const std::vector<ToolCall>& whole) {
      return answered(
          {.streams = streams},
          {.answer = {.tool_calls = whole, .cut_call = cut}, .reason = FinishReason::kLength, .follows_calls = true});
    };
    const std::string alone = said({});
    EXPECT_NE(alone.find(R"("content":"<tool_call>{")"), std::string::npos) << alone;
    EXPECT_EQ(alone.find("tool_calls"), std::string::npos) << alone;
    EXPECT_NE(alone.find(R"("done_reason":"length")"), std::string::npos) << alone;
    const std::string beside = said({{.name = "light", .arguments = "{}"}});
    EXPECT_EQ(beside.find("<tool_call>"), std::string::npos) << beside;
    EXPECT_NE(beside.find("light"), std::string::npos) << beside;
  }
}

TEST(OllamaAnswer, TellsAnErrorInAStream) {
  const auto responder = std::make_shared<RecordedAnswer>();
  const auto sink = ollama_answer(responder, {.model = "m"});
  sink->begin(byte_model());
  sink->piece(0, AnswerKind::kText, "a");
  sink->fail(ApiError(500, "broken"));
  EXPECT_TRUE(responder->text.ends_with("{\"error\":\"broken\"}\n"));
}

}  // namespace
}  // namespace ondol
