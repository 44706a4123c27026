// The other APIs of ondol serve: old completions, responses, Ollama's and Anthropic's.
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <thread>

#include "api_call.h"
#include "api_schema.h"
#include "http_client.h"
#include "models.h"
#include "served.h"

namespace ondol::e2e {
namespace {

const Json kQuestion = Json::parse(R"([{"role":"user","content":"안녕하세요"}])");
const Json kSwitch = Json::parse(R"({"type":"object","required":["on"],"additionalProperties":false,
                                     "properties":{"on":{"type":"boolean"}}})");

TEST(ServeDialects, CompletesTextsAsOfOld) {
  const Json request = {{"prompt", {"이 영화는", "오늘"}}, {"n", 2}, {"seed", 1}, {"max_tokens", 8}, {"logprobs", 2}};
  const Json whole = answer_to("/v1/completions", request, "completion");
  ASSERT_EQ(whole["choices"].size(), 4);
  std::vector<std::string> texts(4);
  for (const Json& event : stream_of("/v1/completions", request, "completion")) {
    for (const Json& choice : event["choices"]) texts.at(choice["index"]) += choice["text"];
  }
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(texts[i], whole["choices"][i]["text"]);
  expect_refused("/v1/completions", {{"prompt", "a"}, {"suffix", "b"}}, 400, "error", "suffix");
  expect_refused("/v1/completions", {{"prompt", 1.5}}, 400, "error", "prompt");
  expect_refused("/v1/completions", {{"prompt", {{999'999}}}}, 400, "error", "token");
}

TEST(ServeDialects, GivesResponses) {
  const Json request = {
      {"input", "안녕하세요"}, {"instructions", "짧게"}, {"temperature", 0}, {"max_output_tokens", 12}};
  const Json whole = answer_to("/v1/responses", request, "response");
  const auto events = stream_of("/v1/responses", request, "response_event");
  std::string text;
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i]["sequence_number"], i);
    if (events[i]["type"] == "response.output_text.delta") text += events[i]["delta"];
  }
  EXPECT_EQ(text, whole["output"][0]["content"][0]["text"]);
  EXPECT_EQ(events.back()["response"]["output"][0]["content"], whole["output"][0]["content"]);
  const Json tool = {{"type", "function"}, {"name", "boiler"}, {"parameters", kSwitch}, {"strict", true}};
  const Json call_request = {{"input", "보일러"},
                             {"tools", {tool}},
                             {"tool_choice", "required"},
                             {"parallel_tool_calls", false},
                             {"temperature", 0}};
  const Json called = answer_to("/v1/responses", call_request, "response")["output"].back();
  EXPECT_EQ(called["type"], "function_call");
  EXPECT_TRUE(parse(called["arguments"])["on"].is_boolean()) << called;
  std::string arguments;
  int n_pieces = 0;
  for (const Json& event : stream_of("/v1/responses", call_request, "response_event")) {
    if (event["type"] == "response.function_call_arguments.delta") arguments += event["delta"], ++n_pieces;
    if (event["type"] == "response.function_call_arguments.done") { EXPECT_EQ(event["arguments"], arguments); }
    if (event["type"] == "response.completed") {
      EXPECT_EQ(event["response"]["output"].back()["arguments"], arguments);
    }
  }
  EXPECT_EQ(arguments, called["arguments"]);
  EXPECT_GT(n_pieces, 1);
  expect_refused("/v1/responses", {{"input", "a"}, {"previous_response_id", "resp_1"}}, 400, "error",
                 "previous_response_id");
  expect_refused("/v1/responses", {{"input", "a"}, {"store", true}}, 400, "error", "store");
  expect_refused("/v1/responses", {{"input", {{{"type", "mystery"}}}}}, 400, "error", "input[0].type");
}

TEST(ServeDialects, SpeaksOllama) {
  const int port = port_for_all();
  EXPECT_TRUE(obeys("ollama_models", ask(port, "GET", "/api/tags").body));
  EXPECT_TRUE(obeys("ollama_models", ask(port, "GET", "/api/ps").body));
  answer_to("/api/show", {{"model", "ondol-ko-tiny"}}, "ollama_show");
  answer_to("/api/embed", {{"model", "ondol-ko-tiny"}, {"input", {"온돌", "방"}}}, "ollama_embed");
  Json request = {
      {"model", "ondol-ko-tiny:latest"}, {"messages", kQuestion}, {"options", {{"seed", 3}, {"num_predict", 12}}}};
  const auto lines = stream_of("/api/chat", request, "ollama_answer");
  std::string text;
  for (const Json& line : lines) text += line["message"]["content"];
  EXPECT_EQ(lines.back()["done"], true);
  request["stream"] = false;
  EXPECT_EQ(answer_to("/api/chat", request, "ollama_answer")["message"]["content"], text);
  Json generate = {{"model", "ondol-ko-tiny"},
                   {"prompt", "이 영화는"},
                   {"raw", true},
                   {"options", {{"seed", 3}, {"num_predict", 8}}}};
  EXPECT_EQ(stream_of("/api/generate", generate, "ollama_answer").back()["done_reason"], "length");
  const Json format = {{"model", "ondol-ko-tiny"}, {"messages", kQuestion}, {"format", kSwitch}, {"stream", false}};
  EXPECT_TRUE(parse(answer_to("/api/chat", format, "ollama_answer")["message"]["content"])["on"].is_boolean());
  answer_to("/api/generate", {{"model", "ondol-ko-tiny"}, {"stream", false}}, "ollama_answer");
  expect_refused("/api/chat", {{"model", "nobody"}, {"messages", kQuestion}}, 404, "ollama_error", "nobody");
  expect_refused("/api/chat", {{"model", "ondol-ko-tiny"}, {"options", {{"heat", 1}}}}, 400, "ollama_error", "heat");
}

// What a server says of the models it has loaded, by their names.
std::map<std::string, std::string> expiries(int port) {
  const HttpReply reply = ask(port, "GET", "/api/ps");
  EXPECT_TRUE(obeys("ollama_models", reply.body));
  const Json listed = parse(reply.body);
  std::map<std::string, std::string> found;
  for (const Json& model : listed["models"]) found[model["name"]] = model["expires_at"];
  return found;
}
// Whether the model goes within ten seconds.
bool goes(int port, const std::string& name) {
  for (int i = 0; i < 1000; ++i) {
    if (!expiries(port).contains(name)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

TEST(ServeDialects, KeepsAModelAsLongAsOllamasClientsSay) {
  const std::string tiny = "ondol-ko-tiny:latest", home = "ondol-home-ko:latest", for_good = "9999-12-31T23:59:59Z";
  Served server({kModel, kHomeModel});
  const int port = server.port();
  const auto say = [&](const char* path, Json request) {
    request["stream"] = false;
    const HttpReply reply = ask(port, "POST", path, request.dump());
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_TRUE(obeys("ollama_answer", reply.body));
    return parse(reply.body);
  };
  using Expiries = std::map<std::string, std::string>;
  EXPECT_EQ(expiries(port), (Expiries{{tiny, for_good}}));

  // nothing asked: it stays; an empty request loads
  EXPECT_EQ(say("/api/generate", {{"model", home}})["done_reason"], "load");
  EXPECT_EQ(expiries(port), (Expiries{{tiny, for_good}, {home, for_good}}));
  // a duration counts from the last use, whoever that was
  EXPECT_EQ(say("/api/chat", {{"model", home}, {"messages", Json::array()}, {"keep_alive", "1h"}})["done_reason"],
            "load");
  const std::string first = expiries(port)[home];
  EXPECT_LT(first, for_good);
  const Json asked = {{"model", "ondol-home-ko"}, {"messages", kQuestion}, {"max_tokens", 1}};
  EXPECT_EQ(ask(port, "POST", "/v1/chat/completions", asked.dump()).status, 200);
  EXPECT_GT(expiries(port)[home], first);
  EXPECT_EQ(say("/api/generate", {{"model", home}, {"keep_alive", -1}})["done_reason"], "load");
  EXPECT_EQ(expiries(port)[home], for_good);
  // it goes when its time is up, and comes back when it is asked for
  EXPECT_EQ(say("/api/generate", {{"model", home}, {"keep_alive", "50ms"}})["done_reason"], "load");
  EXPECT_TRUE(goes(port, home));
  const Json raw = {{"model", home}, {"prompt", "불 켜 줘"}, {"raw", true}, {"options", {{"num_predict", 2}}}};
  EXPECT_EQ(say("/api/generate", raw)["done"], true);
  EXPECT_EQ(expiries(port)[home], for_good);
  // 0: behind this answer
  Json last = raw;
  last["keep_alive"] = 0;
  EXPECT_GT(say("/api/generate", last)["eval_count"], 0);
  EXPECT_TRUE(goes(port, home));
  // an embedding says it, too
  const Json embed = {{"model", tiny}, {"input", "온돌"}, {"keep_alive", "0s"}};
  EXPECT_EQ(ask(port, "POST", "/api/embed", embed.dump()).status, 200);
  EXPECT_TRUE(goes(port, tiny));
  EXPECT_EQ(say("/api/generate", {{"model", tiny}, {"keep_alive", 0}})["done_reason"], "unload");
  EXPECT_EQ(expiries(port), Expiries{});
  EXPECT_EQ(ask(port, "GET", "/props").status, 200);
  for (const Json& keep : {Json("soon"), Json(true), Json("5 m")}) {
    const HttpReply wrong = ask(port, "POST", "/api/generate", Json{{"model", tiny}, {"keep_alive", keep}}.dump());
    EXPECT_EQ(wrong.status, 400);
    EXPECT_NE(wrong.body.find("keep_alive"), std::string::npos) << wrong.body;
  }
  EXPECT_EQ(ask(port, "POST", "/api/generate", Json{{"model", "nobody"}, {"keep_alive", 0}}.dump()).status, 404);
}

TEST(ServeDialects, UnloadsNoModelThatAnswers) {
  Served server({kModel, kHomeModel});
  const int port = server.port();
  const Json request = {{"messages", kQuestion}, {"max_tokens", 400}, {"seed", 5},
                        {"temperature", 1},      {"stream", true},    {"grammar", "root ::= ([가-힣] ){120}"}};
  const std::string alone = ask(port, "POST", "/v1/chat/completions", request.dump()).body;
  HttpClient client(port);
  client.send(http_request("POST", "/v1/chat/completions", request.dump()));
  client.await_bytes(400);
  const Json silent = {{"model", "ondol-ko-tiny"}, {"keep_alive", 0}};
  EXPECT_EQ(ask(port, "POST", "/api/generate", silent.dump()).status, 200);
  const HttpReply reply = client.read();
  EXPECT_TRUE(reply.is_whole);
  const auto text_of = [](const std::string& body) {
    std::string text;
    for (const std::string& event : events_of(body)) {
      if (event != "[DONE]") text += parse(event)["choices"][0]["delta"].value("content", "");
    }
    return text;
  };
  EXPECT_EQ(text_of(reply.body), text_of(alone));
  EXPECT_GT(text_of(alone).size(), 300u);
  EXPECT_TRUE(goes(port, "ondol-ko-tiny:latest"));
}

TEST(ServeDialects, SpeaksAnthropic) {
  const Json request = {{"model", "ondol-ko-tiny"}, {"max_tokens", 12}, {"temperature", 0}, {"messages", kQuestion}};
  const Json whole = answer_to("/v1/messages", request, "message");
  std::string text;
  const auto events = stream_of("/v1/messages", request, "message_event");
  EXPECT_EQ(events.front()["type"], "message_start");
  EXPECT_EQ(events.back()["type"], "message_stop");
  for (const Json& event : events) {
    if (event["type"] == "content_block_delta") text += event["delta"]["text"];
  }
  EXPECT_EQ(text, whole["content"][0]["text"]);
  const Json tool = {{"name", "boiler"}, {"input_schema", kSwitch}};
  Json call_request = request;
  call_request.update({{"tools", {tool}},
                       {"max_tokens", 300},
                       {"tool_choice", {{"type", "any"}, {"disable_parallel_tool_use", true}}}});
  const Json called = answer_to("/v1/messages", call_request, "message");
  EXPECT_EQ(called["stop_reason"], "tool_use");
  EXPECT_TRUE(called["content"].back()["input"]["on"].is_boolean()) << called;
  std::string input;
  int n_pieces = 0;
  for (const Json& event : stream_of("/v1/messages", call_request, "message_event")) {
    if (event["type"] != "content_block_delta" || event["delta"]["type"] != "input_json_delta") continue;
    input += event["delta"]["partial_json"];
    ++n_pieces;
  }
  EXPECT_EQ(parse(input), called["content"].back()["input"]);
  EXPECT_GT(n_pieces, 1);
  expect_refused("/v1/messages", {{"messages", kQuestion}}, 400, "anthropic_error", "max_tokens");
  expect_refused("/v1/messages", {{"model", "nobody"}, {"max_tokens", 1}, {"messages", kQuestion}}, 404,
                 "anthropic_error", "nobody");
  expect_refused("/v1/messages/count_tokens", {{"messages", "hello"}}, 400, "anthropic_error", "messages");
}

}  // namespace
}  // namespace ondol::e2e
