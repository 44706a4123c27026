#include "server/openai/response_answer.h"

#include "server/recorded_answer.h"

namespace ondol {
namespace {

const Spoken kThinksSpeaksAndCalls{
    .answer = {.thinking = "so", .text = "a b", .tool_calls = {{.name = "light", .arguments = R"({"on":true})"}}}};

std::vector<Json> answered(bool streams, const Spoken& spoken) {
  const auto responder = std::make_shared<RecordedAnswer>();
  speak(*response_answer(responder, streams, {{"store", false}}), spoken);
  EXPECT_TRUE(responder->has_ended);
  return objects_of(*responder);
}

TEST(ResponseAnswer, StreamsItsEventsInOrder) {
  const auto events = answered(true, kThinksSpeaksAndCalls);
  std::string order;
  for (size_t i = 0; i < events.size(); ++i) {
    const Json& event = events[i];
    EXPECT_EQ(event["sequence_number"], i);
    order += event["type"].get<std::string>().substr(sizeof("response.") - 1);
    for (const char* const key : {"output_index", "item_id", "delta", "text", "arguments"}) {
      if (event.contains(key)) order += " " + event[key].dump();
    }
    order += "\n";
  }
  EXPECT_EQ(order,
            "created\n"
            "in_progress\n"
            "output_item.added 0\n"
            "content_part.added 0 \"rs_*\"\n"
            "reasoning_text.delta 0 \"rs_*\" \"so\"\n"
            "reasoning_text.done 0 \"rs_*\" \"so\"\n"
            "content_part.done 0 \"rs_*\"\n"
            "output_item.done 0\n"
            "output_item.added 1\n"
            "content_part.added 1 \"msg_*\"\n"
            "output_text.delta 1 \"msg_*\" \"a \"\n"
            "output_text.delta 1 \"msg_*\" \"b\"\n"
            "output_text.done 1 \"msg_*\" \"a b\"\n"
            "content_part.done 1 \"msg_*\"\n"
            "output_item.done 1\n"
            "output_item.added 2\n"
            "function_call_arguments.delta 2 \"fc_*\" \"{\\\"on\\\":true}\"\n"
            "function_call_arguments.done 2 \"fc_*\" \"{\\\"on\\\":true}\"\n"
            "output_item.done 2\n"
            "completed\n");
  // what the stream ends with is what is answered at once
  EXPECT_EQ(events.back()["response"], answered(false, kThinksSpeaksAndCalls).front());
}

TEST(ResponseAnswer, StreamsArgumentsAsTheyAreWritten) {
  const Spoken is_cut{.answer = {.tool_calls = {{.name = "light", .arguments = R"({"on": true})", .id = "a_1"}},
                                 .cut_call = CutCall{{.name = "tv", .arguments = R"({"on": tr)"}, "cut"}},
                      .reason = FinishReason::kLength,
                      .follows_calls = true};
  const auto events = answered(true, is_cut);
  std::string order;
  for (const Json& event : events) {
    if (!event.contains("output_index")) continue;
    order += event["type"].get<std::string>().substr(sizeof("response.") - 1);
    for (const char* const key : {"item", "delta", "arguments"}) {
      if (event.contains(key)) order += " " + event[key].dump();
    }
    order += "\n";
  }
  const auto item = [](const char* status, const char* id, const char* name, const char* arguments) {
    return Json{{"id", "fc_*"}, {"type", "function_call"}, {"status", status}, {"call_id", id},
                {"name", name}, {"arguments", arguments}}
        .dump();
  };
  EXPECT_EQ(order, "output_item.added " + item("in_progress", "a_*", "light", "") +
                       "\n"
                       "function_call_arguments.delta \"{\\\"on\\\": \"\n"
                       "function_call_arguments.delta \"true}\"\n"
                       "function_call_arguments.done \"{\\\"on\\\": true}\"\n"
                       "output_item.done " +
                       item("completed", "a_*", "light", "{\"on\": true}") +
                       "\n"
                       "output_item.added " +
                       item("in_progress", "call_*", "tv", "") +
                       "\n"
                       "function_call_arguments.delta \"{\\\"on\\\": \"\n"
                       "function_call_arguments.delta \"tr\"\n"
                       "function_call_arguments.done \"{\\\"on\\\": tr\"\n"
                       "output_item.done " +
                       item("incomplete", "call_*", "tv", "{\"on\": tr") + "\n");
  EXPECT_EQ(events.back()["response"], answered(false, is_cut).front());
}

TEST(ResponseAnswer, HasItsItemsAndUsage) {
  EXPECT_EQ(
      lines_of(answered(false, kThinksSpeaksAndCalls)),
      R"({"id":"resp_*","object":"response","created_at":"*","status":"completed","background":false,"error":null,)"
      R"("incomplete_details":null,"model":"m","store":false,"output":[)"
      R"({"id":"rs_*","type":"reasoning","summary":[],"status":"completed",)"
      R"("content":[{"type":"reasoning_text","text":"so"}]},)"
      R"({"id":"msg_*","type":"message","role":"assistant","status":"completed",)"
      R"("content":[{"type":"output_text","text":"a b","annotations":[],"logprobs":[]}]},)"
      R"({"id":"fc_*","type":"function_call","status":"completed","call_id":"call_*","name":"light",)"
      R"("arguments":"{\"on\":true}"}],)"
      R"("usage":{"input_tokens":7,"input_tokens_details":{"cached_tokens":3,"cache_write_tokens":0},"output_tokens":5,)"
      R"("output_tokens_details":{"reasoning_tokens":2},"total_tokens":12}})"
      "\n");
}

TEST(ResponseAnswer, SaysThatItIsCut) {
  const Json response = answered(false, {.answer = {.text = "a"}, .reason = FinishReason::kLength}).front();
  EXPECT_EQ(response["status"], "incomplete");
  EXPECT_EQ(response["incomplete_details"]["reason"], "max_output_tokens");
  EXPECT_EQ(response["output"][0]["status"], "incomplete");
}

}  // namespace
}  // namespace ondol
