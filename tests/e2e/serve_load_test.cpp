// `ondol serve` among many clients, and such that leave: what does not depend on how fast the machine is.  The rest is
// measured by tools/load.
#include <gtest/gtest.h>

#include <future>
#include <nlohmann/json.hpp>
#include <random>

#include "http_client.h"
#include "models.h"
#include "served.h"

namespace ondol::e2e {
namespace {

class ServeLoad : public ::testing::Test {
 protected:
  HttpReply ask(const std::string& request) const {
    HttpClient client(server_.port());
    client.send(request);
    return client.read();
  }
  int metric(const std::string& name) const {
    const std::string text = ask(http_request("GET", "/metrics")).body;
    const size_t at = text.find("\nondol_" + name + " ");
    return at == std::string::npos ? -1 : std::atoi(text.c_str() + text.find(' ', at));
  }
  // Whether every stream ends, within a patience that only a stuck one outlasts.
  bool becomes_quiet() const {
    for (int i = 0; i < 600; ++i) {
      if (metric("streams") == 0 && metric("requests_pending") == 0) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  }

  Served server_{{kModel, "--parallel", "4", "--queue", "48"}};
};

// A streamed chat that goes on to its last token; number i is always the same.
std::string chat(int i, int max_tokens, int n = 1) {
  nlohmann::json body = {
      {"messages", {{{"role", "user"}, {"content", "옛날 옛날에 " + std::to_string(i)}}}},
      {"max_tokens", max_tokens},
      {"n", n},
      {"stream", true},
      {"seed", i},
      {"logit_bias", {{"1", -100}, {"2", -100}, {"3", -100}, {"4", -100}}}};  // all that end an answer
  if (i % 2 == 0) body["temperature"] = 0;
  return http_request("POST", "/v1/chat/completions", body.dump());
}

// What the events of a stream say, or "" for one without its end.
std::string text_of(const HttpReply& answer) {
  if (answer.status != 200 || !answer.body.ends_with("data: [DONE]\n\n")) return "";
  std::string text;
  for (size_t at = 0; (at = answer.body.find("data: {", at)) != std::string::npos; ++at) {
    const auto event = nlohmann::json::parse(answer.body.substr(at + 6, answer.body.find('\n', at) - at - 6));
    text += event["choices"][0]["delta"].value("content", "");
  }
  return text;
}

TEST_F(ServeLoad, ClientsThatLeaveAnywhereLeaveNothingBehind) {
  const std::string quiet = text_of(ask(chat(1, 200)));
  auto witness = std::async(std::launch::async, [this] { return ask(chat(1, 200)); });
  std::mt19937 random(1);
  for (int i = 0; i < 120; ++i) {
    HttpClient client(server_.port());
    const std::string request = chat(i, 200);
    client.send(std::string_view(request).substr(0, i % 2 == 0 ? request.size() : random() % request.size()));
    if (i % 8 == 0) client.await_bytes(1 + random() % 2000);
    if (i % 3 == 0) client.reset();
  }
  EXPECT_EQ(text_of(witness.get()), quiet);
  EXPECT_FALSE(quiet.empty());
  EXPECT_TRUE(becomes_quiet());
  EXPECT_GT(metric("streams_cancelled_total"), 0);
}

TEST_F(ServeLoad, WhoFindsTheQueueFullIsToldWhenToComeAgain) {
  std::vector<std::unique_ptr<HttpClient>> waiting;
  for (int i = 0; i < 48; ++i) {
    waiting.push_back(std::make_unique<HttpClient>(server_.port()));
    waiting.back()->send(chat(i, 400, /*n=*/16));  // far longer than the test
    waiting.back()->await_bytes(1);
  }
  const HttpReply refused = ask(chat(0, 1));
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.field("Retry-After"), "");
  EXPECT_EQ(ask(http_request("GET", "/health")).status, 200);
}

}  // namespace
}  // namespace ondol::e2e
