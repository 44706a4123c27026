// ondol serve as HTTP sees it: what is let in, what is refused and how, and how it ends.
#include <gtest/gtest.h>

#include <csignal>

#include "api_schema.h"
#include "http_client.h"
#include "models.h"
#include "served.h"

namespace ondol::e2e {
namespace {

const std::string kChat = "/v1/chat/completions";
const std::string kQuestion = R"({"messages":[{"role":"user","content":"안녕"}],"max_tokens":1,"temperature":0})";

// An error body of the right shape that gives no path away.
void expect_error(const HttpReply& reply, int status, const std::string& schema = "error") {
  EXPECT_EQ(reply.status, status) << reply.body;
  EXPECT_TRUE(reply.is_whole);
  EXPECT_TRUE(obeys(schema, reply.body));
  EXPECT_EQ(reply.body.find(ONDOL_SOURCE_DIR), std::string::npos) << reply.body;
  EXPECT_EQ(reply.field("X-Content-Type-Options"), "nosniff");
}

TEST(ServeHttp, RefusesByTheHeaderAlone) {
  const struct {
    const char* what;
    std::string request;
    int status;
  } cases[] = {
      {"not HTTP", "안녕하세요\r\n\r\n", 400},
      {"HTTP/2.0", "GET /health HTTP/2.0\r\nHost: localhost\r\n\r\n", 505},
      {"no Host", "GET /health HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", "GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", 400},
      {"a rebound Host", "GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403},
      {"a Host that only begins well", "GET /health HTTP/1.1\r\nHost: localhost.evil.example\r\n\r\n", 403},
      {"a foreign Origin", http_request("GET", "/v1/models", "", "Origin: https://evil.example\r\n"), 403},
      {"the Origin of no page", http_request("GET", "/v1/models", "", "Origin: null\r\n"), 403},
      {"a simple request of a foreign page",
       http_request("POST", kChat, kQuestion, "Origin: https://evil.example\r\nContent-Type: text/plain\r\n"), 403},
      {"a preflight of a stranger", http_request("OPTIONS", kChat, "", "Origin: https://evil.example\r\n"), 403},
      {"a long address", http_request("GET", "/" + std::string(8192, 'x')), 414},
      {"a long field", http_request("GET", "/health", "", "X: " + std::string(9000, 'x') + "\r\n"), 431},
      {"a long header", "GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(50000, 'x'), 431},
      {"a body that would be too long",
       "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10485761\r\n\r\n", 413},
      {"the same, asking first",
       "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10485761\r\nExpect: 100-continue\r\n\r\n",
       413},
      {"another expectation", http_request("GET", "/health", "", "Expect: miracles\r\n"), 417},
  };
  for (const auto& [what, request, status] : cases) {
    SCOPED_TRACE(what);
    HttpClient client(port_for_all());
    client.send(request);
    const HttpReply reply = client.read();
    expect_error(reply, status);
    EXPECT_EQ(reply.field("Access-Control-Allow-Origin"), "");
    EXPECT_TRUE(client.at_end());
  }
  std::string many;
  for (int i = 0; i < 101; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
  expect_error(ask(port_for_all(), "GET", "/health", "", many), 431);
}

TEST(ServeHttp, RefusesUnknownPathsAndMethodsInEachDialect) {
  const int port = port_for_all();
  expect_error(ask(port, "GET", "/v1/nothing"), 404);
  expect_error(ask(port, "GET", "/../../etc/passwd"), 404);
  expect_error(ask(port, "GET", "/api/nothing"), 404, "ollama_error");
  expect_error(ask(port, "POST", "/v1/messages/nothing", "{}"), 404, "anthropic_error");
  expect_error(ask(port, "GET", kChat), 405);
  expect_error(ask(port, "DELETE", "/v1/models"), 405);
  EXPECT_NE(ask(port, "PUT", kChat, "{}").body.find("POST"), std::string::npos);
}

TEST(ServeHttp, RefusesBodiesThatAreNotJsonObjects) {
  const auto nested = [](int depth) {
    return "{\"messages\": " + std::string(static_cast<size_t>(depth) - 1, '[') +
           std::string(static_cast<size_t>(depth) - 1, ']') + "}";
  };
  const struct {
    std::string body, words;
  } cases[] = {
      {"", "not valid JSON"},
      {"{\"messages\": [", "not valid JSON"},
      {"[]", "not a JSON object"},
      {"{\"a\": \"\xff\"}", "not valid JSON"},
      {R"({"a": 1, "messages": [{"role": "user", "role": "system"}]})", "twice"},
      {nested(129), "128"},
      {nested(128), "messages"},
      {std::string(100'000, '['), "128"},
  };
  for (const auto& [body, words] : cases) {
    SCOPED_TRACE(body.substr(0, 80));
    const HttpReply reply = ask(port_for_all(), "POST", kChat, body);
    expect_error(reply, 400);
    EXPECT_NE(reply.body.find(words), std::string::npos) << reply.body;
    EXPECT_EQ(reply.field("Connection"), "keep-alive");
  }
}

TEST(ServeHttp, AnswersHeadWithoutABody) {
  HttpClient client(port_for_all());
  client.send(http_request("HEAD", "/health") + http_request("GET", "/health"));
  const HttpReply head = client.read(/*no_body=*/true), whole = client.read();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("Content-Length"), std::to_string(whole.body.size()));
  EXPECT_TRUE(obeys("health", whole.body));
}

TEST(ServeHttp, LetsPagesOfThisMachineIn) {
  const std::string from_here = "Origin: http://localhost:3000\r\n";
  const HttpReply preflight = ask(port_for_all(), "OPTIONS", kChat, "",
                                  from_here +
                                      "Access-Control-Request-Method: POST\r\n"
                                      "Access-Control-Request-Headers: authorization, content-type\r\n");
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.field("Access-Control-Allow-Origin"), "http://localhost:3000");
  EXPECT_NE(preflight.field("Access-Control-Allow-Headers").find("authorization"), std::string::npos);
  const HttpReply asked = ask(port_for_all(), "POST", kChat, kQuestion, from_here);
  EXPECT_EQ(asked.status, 200) << asked.body;
  EXPECT_EQ(asked.field("Access-Control-Allow-Origin"), "http://localhost:3000");
  EXPECT_EQ(asked.field("Vary"), "Origin");
}

TEST(ServeHttp, TakesHttp10) {
  HttpClient client(port_for_all());
  const std::string body = R"({"stream":true,)" + kQuestion.substr(1);
  client.send("POST " + kChat + " HTTP/1.0\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  const HttpReply reply = client.read();
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.field("Transfer-Encoding"), "");
  EXPECT_EQ(events_of(reply.body).back(), "[DONE]");
}

TEST(ServeHttp, TakesBodiesInChunksAndAfterAsking) {
  HttpClient client(port_for_all());
  client.send("POST " + kChat + " HTTP/1.1\r\nHost: [::1]:80\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (const char byte : kQuestion) client.send(std::string("1\r\n") + byte + "\r\n");
  client.send("0\r\n\r\n");
  EXPECT_EQ(client.read().status, 200);
  client.send("POST " + kChat + " HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: " +
              std::to_string(kQuestion.size()) + "\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send(kQuestion);
  EXPECT_EQ(client.read().status, 200);
}

TEST(ServeHttp, RefusesChunksOnceTheyAreTooMany) {
  HttpClient client(port_for_all());
  client.send("POST " + kChat + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string megabyte = "100000\r\n" + std::string(1 << 20, ' ') + "\r\n";
  for (int i = 0; i < 11; ++i) client.send(megabyte);
  expect_error(client.read(), 413);
}

TEST(ServeHttp, AnswersPipelinedRequestsInTheirOrder) {
  HttpClient client(port_for_all());
  std::string all;
  for (int i = 0; i < 3; ++i) {
    all += http_request("POST", kChat, R"({"stream":true,)" + kQuestion.substr(1)) + http_request("GET", "/health");
  }
  client.send(all);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(events_of(client.read().body).back(), "[DONE]");
    EXPECT_TRUE(obeys("health", client.read().body));
  }
}

TEST(ServeHttp, WantsItsKeyEverywhereButForHealthAndThePage) {
  const std::string key = "a key of this test";
  const Folder folder;
  write_file(folder / "broken.gguf", "GGUF, but not for long");
  Served server({kModel, folder / "broken.gguf"}, {.input = "", .env = {{"ONDOL_API_KEY", key}}});
  const int port = server.port();
  for (const char* path : {"/v1/models", "/v1/models/ondol-ko-tiny", "/props", "/metrics", "/seal", "/v1/nothing"}) {
    SCOPED_TRACE(path);
    const HttpReply reply = ask(port, "GET", path, "", "Authorization: Bearer a key of this tesT\r\n");
    expect_error(reply, 401);
    EXPECT_EQ(reply.field("WWW-Authenticate"), "Bearer");
    EXPECT_EQ(reply.body, ask(port, "POST", kChat, kQuestion).body);
  }
  expect_error(ask(port, "POST", "/api/chat", "{}"), 401, "ollama_error");
  expect_error(ask(port, "POST", "/v1/messages", "{}", "X-Api-Key: wrong\r\n"), 401, "anthropic_error");
  EXPECT_EQ(ask(port, "GET", "/health").status, 200);
  EXPECT_EQ(ask(port, "GET", "/").status, 200);
  const std::string with_key = "Authorization: Bearer " + key + "\r\n";
  EXPECT_EQ(ask(port, "POST", kChat, kQuestion, with_key).status, 200);
  EXPECT_TRUE(obeys("models", ask(port, "GET", "/v1/models", "", "X-Api-Key: " + key + "\r\n").body));
  // a model that cannot be loaded is no news about this machine's folders
  const HttpReply broken = ask(port, "POST", kChat, R"({"model":"broken",)" + kQuestion.substr(1), with_key);
  expect_error(broken, 500);
  EXPECT_EQ(broken.body.find("ondol-e2e"), std::string::npos) << broken.body;
}

TEST(ServeHttp, NeedsAKeyForOtherMachines) {
  for (const char* host : {"0.0.0.0", "::"}) {
    const Outcome refused = run_ondol({"serve", kModel, "--host", host, "--port", "0"});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_EQ(count_lines(refused.err), 1) << refused.err;
  }
}

TEST(ServeHttp, EndsAStreamBeforeItEndsItself) {
  Served server({kModel});
  HttpClient client(server.port()), idle(server.port());
  idle.send(http_request("GET", "/health"));
  EXPECT_EQ(idle.read().status, 200);
  client.send(http_request("POST", kChat,
                           R"({"stream":true,"regex":"[가-힣 ]{60}","messages":[{"role":"user","content":"안녕"}]})"));
  const std::string begun = client.read_until("\"content\":\"\"");
  server.process().signal(SIGTERM);
  EXPECT_TRUE(idle.at_end());
  const std::string rest = client.read_until("data: [DONE]\n\n\r\n0\r\n\r\n");
  EXPECT_TRUE(rest.ends_with("0\r\n\r\n")) << rest;
  EXPECT_NE(rest.find("\"finish_reason\":\"stop\""), std::string::npos) << rest;
  EXPECT_TRUE(client.at_end());
  EXPECT_EQ(HttpClient(server.port()).read().status, 0) << "nobody is let in any more";
  EXPECT_EQ(server.process().finish().exit_code, 0);
}

TEST(ServeHttp, EndsAtOnceWhenToldTwice) {
  Served server({kModel});
  HttpClient client(server.port()), idle(server.port());
  idle.send(http_request("GET", "/health"));
  EXPECT_EQ(idle.read().status, 200);
  client.send(http_request(
      "POST", kChat, R"({"stream":true,"n":64,"regex":"[가-힣 ]{400}","messages":[{"role":"user","content":"a"}]})"));
  std::string all = client.read_until("\"content\":\"\"");
  server.process().signal(SIGINT);
  EXPECT_TRUE(idle.at_end());
  server.process().signal(SIGINT);
  const Outcome ended = server.process().finish();
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(ended.signal, 0);
  all += client.read_until("data: [DONE]");
  EXPECT_EQ(all.find("[DONE]"), std::string::npos);
  EXPECT_TRUE(all.ends_with("\n\n\r\n")) << "half an event: " << all.substr(all.size() - 80);
}

}  // namespace
}  // namespace ondol::e2e
