#include "remote/chat_completion.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/test_folder.h"
#include "remote/api_key.h"

namespace ondol {
namespace {

using nlohmann::json;

const json kRequest = {{"id", 7},         {"url", "https://host/v1/"},
                       {"model", "m"},    {"messages", {{{"role", "user"}, {"content", "안녕"}}}},
                       {"max_tokens", 5}, {"temperature", 0.5},
                       {"seed", 3},       {"timeout_s", 60}};

TEST(ChatCompletion, BecomesARequestAsOpenAiWantsIt) {
  const auto request = read_completion_request(kRequest.dump());
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->id, "7");
  EXPECT_EQ(request->post.url, "https://host/v1/chat/completions");
  EXPECT_EQ(request->post.timeout_s, 60);
  const json expected = {{"model", "m"},    {"messages", kRequest["messages"]},
                         {"max_tokens", 5}, {"temperature", 0.5},
                         {"seed", 3},       {"stream", false}};
  EXPECT_EQ(json::parse(request->post.body), expected);
}

TEST(ChatCompletion, TakesTheEndpointItselfAndNoModel) {
  json other = kRequest;
  other["url"] = "http://localhost:8080/v1/chat/completions";
  other["model"] = "";
  const auto request = read_completion_request(other.dump());
  ASSERT_TRUE(request);
  EXPECT_EQ(request->post.url, "http://localhost:8080/v1/chat/completions");
  EXPECT_FALSE(json::parse(request->post.body).contains("model"));
}

TEST(ChatCompletion, RefusesRequestsOfAnotherForm) {
  EXPECT_FALSE(read_completion_request("no JSON"));
  EXPECT_FALSE(read_completion_request("[]"));
  for (const auto& [key, value] : kRequest.items()) {
    if (key == "id") continue;
    json broken = kRequest;
    broken[key] = json::object();
    const auto request = read_completion_request(broken.dump());
    ASSERT_FALSE(request) << key;
    EXPECT_NE(request.error().message.find(key), std::string::npos);
  }
  json never = kRequest;
  never["timeout_s"] = 0;
  EXPECT_FALSE(read_completion_request(never.dump()));
}

TEST(ChatCompletion, ReadsTheTextAndWhetherItWasCut) {
  const auto whole =
      read_completion_reply("u", {200, R"({"choices":[{"message":{"content":"네"},"finish_reason":"stop"}]})"});
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->text, "네");
  EXPECT_FALSE(whole->is_cut);
  EXPECT_EQ(completion_line("7", whole), R"({"id":7,"text":"네"})");
  const auto cut =
      read_completion_reply("u", {200, R"({"choices":[{"message":{"content":"네"},"finish_reason":"length"}]})"});
  ASSERT_TRUE(cut);
  EXPECT_EQ(completion_line("7", cut), R"({"id":7,"text":"네","cut":true})");
}

TEST(ChatCompletion, SaysWhatTheEndpointSays) {
  const auto told = [](int64_t status, const char* body) {
    const auto reply = read_completion_reply("http://host", {status, body});
    return reply ? "" : reply.error().message;
  };
  EXPECT_EQ(told(500, R"({"error":{"message":"out\nof memory"}})"),
            "http://host: answers with status 500: out\xEF\xBF\xBDof memory");
  EXPECT_EQ(told(429, R"({"error":"slow down"})"), "http://host: answers with status 429: slow down");
  EXPECT_EQ(told(502, "<html>"), "http://host: answers with status 502: <html>");
  EXPECT_NE(told(401, "{}").find("ONDOL_API_KEY"), std::string::npos);
  EXPECT_NE(told(200, "{\"choi").find("not JSON"), std::string::npos);
  for (const char* body : {"{}", R"({"choices":[]})", R"({"choices":[{"message":{"content":null}}]})",
                           R"({"choices":{"0":[]}})", R"({"choices":[[]]})"}) {
    EXPECT_NE(told(200, body).find("choices[0].message.content"), std::string::npos) << body;
  }
  EXPECT_EQ(completion_line("null", tl::make_unexpected(Error{ErrorKind::kIo, "no"})), R"({"id":null,"error":"no"})");
}

TEST(HttpClient, SendsNoKeyInTheClearAndTakesNoPasswordInAnAddress) {
  const auto client = HttpClient::create();
  ASSERT_TRUE(client);
  const auto refused = [&](const HttpPost& post) {
    const auto reply = (*client)->post(post);
    return reply || reply.error().kind != ErrorKind::kBadInput ? "" : reply.error().message;
  };
  EXPECT_NE(refused({.url = "http://host.invalid/v1", .key = "secret"}).find("unencrypted"), std::string::npos);
  EXPECT_NE(refused({.url = "https://me:secret@host.invalid/v1"}).find("password"), std::string::npos);
  EXPECT_NE(refused({.url = "file:///etc/passwd"}).find("not an address"), std::string::npos);
  EXPECT_NE(refused({.url = "http://"}).find("not an address"), std::string::npos);
  EXPECT_EQ(refused({.url = "https://me:secret@host.invalid/v1"}).find("secret"), std::string::npos);
}

TEST(ApiKey, ComesFromTheEnvironmentOrAFile) {
  const TestFolder folder;
  unsetenv("ONDOL_API_KEY");
  unsetenv("ONDOL_API_KEY_FILE");
  EXPECT_EQ(*read_api_key(), "");
  setenv("ONDOL_API_KEY_FILE", folder.write("key", "from-file\n").c_str(), 1);
  EXPECT_EQ(*read_api_key(), "from-file");
  setenv("ONDOL_API_KEY", "from-environment", 1);
  EXPECT_EQ(*read_api_key(), "from-environment");
  setenv("ONDOL_API_KEY", "two\nlines", 1);
  const auto broken = read_api_key();
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().message.find("two"), std::string::npos);
  unsetenv("ONDOL_API_KEY");
  setenv("ONDOL_API_KEY_FILE", folder.path("absent").c_str(), 1);
  EXPECT_FALSE(read_api_key());
  unsetenv("ONDOL_API_KEY_FILE");
}

}  // namespace
}  // namespace ondol
