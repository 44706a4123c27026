// ondol serve as its clients see it: every answer has the shape its API promises, and says what it should.
#include <gtest/gtest.h>

#include <thread>

#include "api_call.h"
#include "api_schema.h"
#include "http_client.h"
#include "models.h"
#include "served.h"

namespace ondol::e2e {
namespace {

const std::string kChat = "/v1/chat/completions";

Json chat_request(const std::string& question, const Json& more = {}) {
  Json request = {{"messages", {{{"role", "user"}, {"content", question}}}}, {"seed", 7}};
  if (more.is_object()) request.update(more);
  return request;
}

// What the chunks of a chat say in one of its choices.
std::string text_of(const std::vector<Json>& chunks, int index = 0) {
  std::string text;
  for (const Json& chunk : chunks) {
    for (const Json& choice : chunk["choices"]) {
      if (choice["index"] == index) text += choice["delta"].value("content", "");
    }
  }
  return text;
}

struct StreamedCall {
  std::string name, arguments;
  int n_pieces = 0;  // of its arguments
  bool operator==(const StreamedCall& other) const { return name == other.name && arguments == other.arguments; }
};

// The calls of a chat's first choice, of the pieces they come in.
std::vector<StreamedCall> streamed_calls(const Json& request) {
  std::vector<StreamedCall> calls;
  for (const Json& chunk : stream_of(kChat, request, "chat_completion_chunk")) {
    for (const Json& choice : chunk["choices"]) {
      for (const Json& piece : choice["delta"].value("tool_calls", Json::array())) {
        const bool begins = piece.contains("id");
        EXPECT_EQ(piece["index"], calls.size() - (begins ? 0 : 1));
        if (begins) calls.push_back({piece["function"]["name"], ""});
        if (calls.empty()) continue;
        const std::string arguments = piece["function"]["arguments"];
        EXPECT_TRUE(parse(Json(arguments).dump()).is_string());
        calls.back().arguments += arguments;
        calls.back().n_pieces += arguments.empty() ? 0 : 1;
      }
    }
  }
  return calls;
}

bool is_whole_text(const std::string& text) {
  const Json json(text);
  return json.dump(-1, ' ', false, Json::error_handler_t::ignore) ==
             json.dump(-1, ' ', false, Json::error_handler_t::replace) &&
         text.find("\xef\xbf\xbd") == std::string::npos;
}

TEST(Serve, ListsWhatItServes) {
  const int port = port_for_all();
  const HttpReply models = ask(port, "GET", "/v1/models");
  EXPECT_TRUE(obeys("models", models.body));
  const Json list = parse(models.body)["data"];
  ASSERT_EQ(list.size(), 2);
  EXPECT_EQ(list[0]["id"], "ondol-ko-tiny");
  EXPECT_TRUE(obeys("props", ask(port, "GET", "/props").body));
  EXPECT_TRUE(obeys("slots", ask(port, "GET", "/slots").body));
  EXPECT_EQ(ask(port, "GET", "/v1/models/ondol-home-ko").status, 200);
  EXPECT_TRUE(obeys("error", ask(port, "GET", "/v1/models/ondol-home").body));
  const HttpReply metrics = ask(port, "GET", "/metrics");
  EXPECT_TRUE(metrics.field("Content-Type").starts_with("text/plain"));
  EXPECT_NE(metrics.body.find("\nondol_requests_total "), std::string::npos);
}

TEST(Serve, ChatsWholeAndStreamed) {
  const Json request = chat_request(
      "안녕하세요", {{"n", 2}, {"temperature", 1}, {"max_tokens", 20}, {"logprobs", true}, {"top_logprobs", 2}});
  const Json whole = answer_to(kChat, request, "chat_completion");
  Json streamed_request = request;
  streamed_request["stream_options"] = {{"include_usage", true}};
  streamed_request["return_progress"] = true;
  const std::vector<Json> chunks = stream_of(kChat, streamed_request, "chat_completion_chunk");
  ASSERT_EQ(whole["choices"].size(), 2);
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(text_of(chunks, i), whole["choices"][static_cast<size_t>(i)]["message"]["content"]);
  ASSERT_FALSE(chunks.empty());
  EXPECT_EQ(chunks.back()["usage"]["completion_tokens"], whole["usage"]["completion_tokens"]);
  EXPECT_EQ(whole["usage"]["total_tokens"],
            whole["usage"]["prompt_tokens"].get<int>() + whole["usage"]["completion_tokens"].get<int>());
}

TEST(Serve, AnswersInTheFormItIsAskedFor) {
  const std::string schema = R"({"type":"object","required":["방","온도"],"additionalProperties":false,
    "properties":{"방":{"enum":["거실","안방"]},"온도":{"type":"integer","minimum":18,"maximum":30}}})";
  const Json form = {{"type", "json_schema"}, {"json_schema", {{"name", "x"}, {"schema", Json::parse(schema)}}}};
  const Json answer = answer_to(kChat, chat_request("안방 좀 덥다", {{"response_format", form}}), "chat_completion");
  const Json said = parse(answer["choices"][0]["message"]["content"]);
  EXPECT_TRUE(said["방"] == "거실" || said["방"] == "안방") << answer;
  EXPECT_GE(said.value("온도", 0), 18);
  const struct {
    const char *field, *value, *answer;
  } cases[] = {{"grammar", "root ::= \"온돌\" \"방\"", "온돌방"}, {"regex", "(따끈){3}", "따끈따끈따끈"}};
  for (const auto& [field, value, expected] : cases) {
    const Json free = answer_to(kChat, chat_request("아무 말", {{field, value}}), "chat_completion");
    EXPECT_EQ(free["choices"][0]["message"]["content"], expected);
  }
}

TEST(Serve, CallsTools) {
  const Json tools = Json::parse(R"([{"type":"function","function":{"name":"boiler","parameters":
    {"type":"object","required":["on"],"additionalProperties":false,"properties":{"on":{"type":"boolean"}}}}}])");
  const Json request =
      chat_request("보일러 켜", {{"tools", tools}, {"tool_choice", "required"}, {"parallel_tool_calls", false}});
  const Json answer = answer_to(kChat, request, "chat_completion");
  EXPECT_EQ(answer["choices"][0]["finish_reason"], "tool_calls");
  const Json call = answer["choices"][0]["message"]["tool_calls"][0];
  EXPECT_EQ(call["function"]["name"], "boiler");
  EXPECT_TRUE(parse(call["function"]["arguments"])["on"].is_boolean());
  EXPECT_EQ(streamed_calls(request), (std::vector<StreamedCall>{{"boiler", call["function"]["arguments"]}}));
}

TEST(Serve, StreamsArgumentsAsTheyAreWritten) {
  const Json tools = Json::parse(R"([{"type":"function","function":{"name":"say","parameters":
    {"type":"object","required":["말","수"],"additionalProperties":false,"properties":
    {"말":{"type":"string","minLength":12,"maxLength":12},"수":{"type":"array","items":{"type":"integer"},"minItems":3,"maxItems":3}}}}}])");
  for (const int most : {400, 40, 30, 25, 20, 15, 10}) {
    const Json request = chat_request("말해", {{"tools", tools},
                                               {"tool_choice", "required"},
                                               {"parallel_tool_calls", false},
                                               {"temperature", 1},
                                               {"max_tokens", most}});
    const Json choice = answer_to(kChat, request, "chat_completion")["choices"][0];
    std::vector<StreamedCall> calls;
    for (const Json& call : choice["message"].value("tool_calls", Json::array())) {
      calls.push_back({call["function"]["name"], call["function"]["arguments"]});
      EXPECT_TRUE(is_whole_text(calls.back().arguments));
    }
    std::vector<StreamedCall> streamed = streamed_calls(request);
    for (const StreamedCall& call : streamed) {
      // a token outside the vocabulary may take several for a letter, and the marks take some
      if (choice["finish_reason"] == "tool_calls") { EXPECT_GT(call.n_pieces, 5) << call.arguments; }
    }
    EXPECT_EQ(streamed, calls) << most;
    if (choice["finish_reason"] != "tool_calls") continue;
    EXPECT_EQ(most, 400);
    EXPECT_EQ(parse(calls.at(0).arguments)["수"].size(), 3) << choice;
  }
}

TEST(Serve, TurnsTextsIntoTokensAndBack) {
  const std::string text = "온돌 뷁";
  const Json tokens = answer_to("/tokenize", {{"content", text}, {"with_pieces", true}}, "tokens")["tokens"];
  Json ids = Json::array();
  for (const Json& token : tokens) ids.push_back(token["id"]);
  EXPECT_GT(ids.size(), 3);
  const HttpReply back = ask(port_for_all(), "POST", "/detokenize", Json{{"tokens", ids}}.dump());
  EXPECT_EQ(parse(back.body)["content"], text);
  const HttpReply chat =
      ask(port_for_all(), "POST", "/apply-template", Json{{"messages", chat_request(text)["messages"]}}.dump());
  EXPECT_NE(parse(chat.body)["prompt"].get<std::string>().find("user\n" + text), std::string::npos) << chat.body;
}

TEST(Serve, EmbedsTextsAloneAsInCompany) {
  const Json many = answer_to("/v1/embeddings", {{"input", {"온돌", "A text", "바닥이 따뜻하다"}}}, "embeddings");
  const Json alone = answer_to("/v1/embeddings", {{"input", "A text"}}, "embeddings");
  ASSERT_EQ(many["data"].size(), 3);
  EXPECT_EQ(many["data"][1]["embedding"], alone["data"][0]["embedding"]);
  double square = 0;
  for (const double x : alone["data"][0]["embedding"]) square += x * x;
  EXPECT_NEAR(square, 1, 1e-5);
  EXPECT_TRUE(answer_to("/v1/embeddings", {{"input", "A text"}, {"encoding_format", "base64"}},
                        "embeddings")["data"][0]["embedding"]
                  .is_string());
}

TEST(Serve, NamesTheFieldThatIsWrong) {
  const Json message = {{"role", "user"}, {"content", "안녕"}};
  const auto format = [](const char* schema) {
    return Json{{"type", "json_schema"}, {"json_schema", {{"name", "x"}, {"schema", Json::parse(schema)}}}};
  };
  const struct {
    Json change;
    std::string param;
    int status = 400;
  } cases[] = {
      {{{"temprature", 1}}, "temprature"},
      {{{"temperature", "hot"}}, "temperature"},
      {{{"temperature", -1}}, "temperature"},
      {{{"top_p", 1.5}}, "top_p"},
      {{{"n", 0}}, "n"},
      {{{"n", 1.5}}, "n"},
      {{{"max_tokens", -5}}, "max_tokens"},
      {{{"seed", 1e300}}, "seed"},
      {{{"stop", Json::array({1})}}, "stop"},
      {{{"logit_bias", {{"x", 1}}}}, "logit_bias"},
      {{{"messages", Json::array()}}, "messages"},
      {{{"messages", {{{"role", "robot"}, {"content", ""}}}}}, "messages[0].role"},
      {{{"messages", {message, {{"role", "user"}, {"content", 1}}}}}, "messages[1].content"},
      {{{"messages", {{{"role", "user"}, {"content", {{{"type", "image_url"}, {"image_url", "x"}}}}}}}},
       "messages[0].content[0].type"},
      {{{"top_logprobs", 2}}, "top_logprobs"},
      {{{"stream_options", {{"include_usage", true}}}}, "stream_options"},
      {{{"tools", {{{"type", "function"}}}}}, "tools"},
      {{{"tool_choice", "required"}}, "tool_choice"},
      {{{"response_format", format(R"({"type":"strang"})")}}, "response_format"},
      {{{"response_format", format(R"({"unevaluatedRooms":true})")}}, "response_format"},
      {{{"grammar", "root ::= \"a"}}, "grammar"},
      {{{"regex", "(a"}}, "regex"},
      {{{"regex", "a"}, {"grammar", "root ::= \"a\""}}, "regex"},
      {{{"regex", std::string(70'000, 'a')}}, "regex"},
      {{{"model", "nobody"}}, "model", 404},
      {{{"messages", {{{"role", "user"}, {"content", std::string(4000, 'x')}}}}}, "messages"},
  };
  for (const auto& [change, param, status] : cases) {
    SCOPED_TRACE(change.dump().substr(0, 100));
    Json request = {{"messages", {message}}, {"max_tokens", 1}};
    request.update(change);
    const HttpReply reply = ask(port_for_all(), "POST", kChat, request.dump());
    EXPECT_EQ(reply.status, status) << reply.body;
    EXPECT_TRUE(obeys("error", reply.body));
    EXPECT_EQ(parse(reply.body)["error"]["param"], param) << reply.body;
    EXPECT_EQ(reply.body.find(ONDOL_SOURCE_DIR), std::string::npos) << reply.body;
  }
}

TEST(Serve, NeverCutsALetter) {
  for (const char* question : {"오늘 기분이 어때?", "뷁이 뭐야?"}) {
    for (int most = 1; most <= 12; ++most) {
      // syllables outside the vocabulary take three tokens each
      const Json request =
          chat_request(question, {{"regex", "뷁쀍(뛟|ẞ|😀)*"}, {"max_tokens", most}, {"temperature", 1}});
      const Json whole = answer_to(kChat, request, "chat_completion");
      const std::string text = whole["choices"][0]["message"]["content"];
      EXPECT_TRUE(is_whole_text(text)) << text;
      EXPECT_EQ(text_of(stream_of(kChat, request, "chat_completion_chunk")), text);
    }
  }
}

TEST(Serve, SaysTheSameInCompany) {
  const auto say = [](int i) {
    Json request =
        chat_request("방이 추워요 " + std::to_string(i), {{"temperature", 1}, {"max_tokens", 24}, {"seed", i}});
    std::string said;
    for (Json chunk : stream_of(kChat, request, "chat_completion_chunk")) {
      for (const char* key : {"id", "created", "timings"}) chunk.erase(key);
      said += chunk.dump() + "\n";
    }
    return said;
  };
  constexpr int kStreams = 20;
  std::vector<std::string> alone(kStreams), together(kStreams);
  for (int i = 0; i < kStreams; ++i) alone[static_cast<size_t>(i)] = say(i);
  std::vector<std::thread> clients;
  for (int i = 0; i < kStreams; ++i) clients.emplace_back([&, i] { together[static_cast<size_t>(i)] = say(i); });
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(alone, together);
}

// Letters outside the vocabulary come as bytes, one token each.
TEST(Serve, StreamsEveryHangulSyllable) {
#ifdef __SANITIZE_ADDRESS__
  constexpr int kStep = 32;  // a sample: each token is slow here
#else
  constexpr int kStep = 1;
#endif
  constexpr int kFirst = 0xAC00, kLast = 0xD7A3, kEach = 120;  // three tokens a letter fit the model's context
  std::vector<std::string> texts;
  int n_letters = 0;
  for (int letter = kFirst; letter <= kLast; letter += kStep, ++n_letters) {
    if (n_letters % kEach == 0) texts.emplace_back();
    for (const int byte : {0xE0 | letter >> 12, 0x80 | (letter >> 6 & 0x3F), 0x80 | (letter & 0x3F)}) {
      texts.back() += static_cast<char>(byte);
    }
  }
  const int port = port_for_all();
  std::vector<std::string> streamed(texts.size());
  std::vector<std::thread> clients;
  constexpr size_t kClients = 16;
  for (size_t first = 0; first < kClients; ++first) {
    clients.emplace_back([&, first] {
      for (size_t i = first; i < texts.size(); i += kClients) {
        const Json request = chat_request("읽어 줘", {{"grammar", "root ::= \"" + texts[i] + "\""}, {"stream", true}});
        std::vector<Json> chunks;
        for (const std::string& event : events_of(ask(port, "POST", kChat, request.dump()).body)) {
          if (event != "[DONE]") chunks.push_back(parse(event));
        }
        streamed[i] = text_of(chunks);
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(streamed, texts);
}

}  // namespace
}  // namespace ondol::e2e
