// A teacher writes data: over the network, as ondol-remote reaches it, and from a model file.
#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <sstream>

#include "fake_endpoint.h"
#include "models.h"

namespace ondol::e2e {
namespace {

using nlohmann::json;
using Ending = FakeEndpoint::Ending;

const std::string kExamples =
    "{\"prompt\":\"거실 불 켜\",\"completion\":\"{\\\"on\\\":1}\"}\n"
    "{\"prompt\":\"거실 불 꺼\",\"completion\":\"{\\\"on\\\":0}\"}\n";

std::string question_of(const HttpRequest& request) { return json::parse(request.body)["messages"][0]["content"]; }
bool asks_for_output(const HttpRequest& request) { return question_of(request).find("<output>") != std::string::npos; }

class Synthesise : public testing::Test {
 protected:
  void SetUp() override {
    write_file(folder_ / "e.jsonl", kExamples);
    write_file(folder_ / "e.card.json", "{\"name\":\"mine\",\"licence\":\"MIT\"}");
  }
  Outcome run(const std::string& teacher, std::vector<std::string> more, Setting setting = {}) const {
    std::vector<std::string> args = {"synthesise",       teacher, folder_ / "e.jsonl", "--task",
                                     "Read the command", "-o",    folder_ / "d.jsonl"};
    args.insert(args.end(), more.begin(), more.end());
    setting.env.push_back({"NO_PROXY", "127.0.0.1"});
    setting.env.push_back({"no_proxy", "127.0.0.1"});
    return run_ondol(args, setting);
  }
  // The error of a run whose endpoint replies so, checked to be one line behind the one that tells of ondol-remote.
  std::string error_of(const std::string& response, Ending ending = Ending::kClose) const {
    const FakeEndpoint endpoint([&](const HttpRequest&) { return response; }, ending);
    const Outcome outcome = run(endpoint.url(), {"--timeout", ending == Ending::kSilence ? "1" : "60"});
    EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(count_lines(outcome.err), 2) << outcome.err;
    EXPECT_EQ(folder_.names(), (std::vector<std::string>{"e.card.json", "e.jsonl"}));
    return outcome.err;
  }
  Folder folder_;
};

TEST_F(Synthesise, WritesPairsAnEndpointAgreesOnWithTheirCard) {
  std::atomic<int> n_inputs = 0, n_outputs = 0;
  const FakeEndpoint endpoint([&](const HttpRequest& request) {
    // one input in three is known; one output in four is another one
    const std::string said = asks_for_output(request)
                                 ? (++n_outputs % 4 == 0 ? "{\"on\": 2}" : "<output>{\"on\": 1}</output>")
                             : ++n_inputs % 3 == 0 ? std::string("거실  불 켜")
                                                   : "<input>" + std::to_string(n_inputs) + "번 켜</input>";
    return http_response("200 OK", completion_body(said));
  });
  const Outcome outcome =
      run(endpoint.url(),
          {"-n", "4", "--model", "large", "--schema", "{\"type\":\"object\"}", "--licence", "MIT", "--json"},
          {.env = {{"ONDOL_API_KEY", "secret-key"}}});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("ondol-remote"), std::string::npos);
  EXPECT_NE(outcome.err.find(endpoint.url()), std::string::npos);
  EXPECT_EQ((outcome.err + outcome.out).find("secret"), std::string::npos);
  const json counts = json::parse(outcome.out);
  EXPECT_EQ(counts["kept"], 4);
  EXPECT_EQ(counts["asked"], 5);
  EXPECT_EQ(counts["duplicates"], 1);
  EXPECT_EQ(read_file(folder_ / "d.jsonl").substr(0, read_file(folder_ / "d.jsonl").find('\n')),
            "{\"messages\":[{\"role\":\"user\",\"content\":\"1번 켜\"},"
            "{\"role\":\"assistant\",\"content\":\"{\\\"on\\\": 1}\"}]}");
  EXPECT_EQ(count_lines(read_file(folder_ / "d.jsonl")), 4);
  const json card = json::parse(read_file(folder_ / "d.card.json"));
  EXPECT_EQ(card["licence"], "MIT");
  EXPECT_EQ(card["parents"][0], (json{{"name", "mine"}, {"licence", "MIT"}}));
  EXPECT_EQ(card["parents"][1], (json{{"name", "large"}, {"source", endpoint.url()}}));

  const HttpRequest first = endpoint.requests().front();
  EXPECT_TRUE(first.head.starts_with("POST /v1/chat/completions HTTP/1.1\r\n")) << first.head;
  EXPECT_NE(first.head.find("Authorization: Bearer secret-key\r\n"), std::string::npos);
  EXPECT_EQ(json::parse(first.body)["model"], "large");
  EXPECT_NE(question_of(first).find("Read the command"), std::string::npos);
}

TEST_F(Synthesise, KeepsWhatItHasWhenTheEndpointFailsLater) {
  std::atomic<int> n = 0;
  const FakeEndpoint endpoint([&](const HttpRequest&) {
    return ++n > 2 ? http_response("503 Busy", "{\"error\":{\"message\":\"overloaded\"}}")
                   : http_response("200 OK", completion_body("새 말"));
  });
  const Outcome outcome = run(endpoint.url(), {"-n", "9", "--samples", "1"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_NE(outcome.err.find("503: overloaded"), std::string::npos) << outcome.err;
  EXPECT_EQ(count_lines(read_file(folder_ / "d.jsonl")), 1);
  EXPECT_EQ(folder_.names(), (std::vector<std::string>{"d.card.json", "d.jsonl", "e.card.json", "e.jsonl"}));
}

TEST_F(Synthesise, WaitsForABusyEndpointAsLongAsItIsAskedTo) {
  std::atomic<int> n = 0;
  const FakeEndpoint endpoint([&](const HttpRequest&) {
    const int asked = ++n;
    if (asked < 3) { return http_response(asked == 1 ? "429 Slow down" : "503 Busy", "{}", "Retry-After: 1\r\n"); }
    return http_response("200 OK", completion_body("새 말"));
  });
  const Outcome outcome = run(endpoint.url(), {"-n", "1", "--samples", "1", "--timeout", "60"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(n, 4);
  EXPECT_EQ(count_lines(read_file(folder_ / "d.jsonl")), 1);
}

TEST_F(Synthesise, SaysInOneLineWhatIsWrongWithAnEndpoint) {
  const auto tells = [](const std::string& error, const std::string& what) {
    EXPECT_NE(error.find(what), std::string::npos) << error;
  };
  tells(error_of(http_response("500 Oops", "{\"error\":{\"message\":\"out of\\nmemory\"}}")), "status 500: out of");
  tells(error_of(http_response("401 No", "{}")), "ONDOL_API_KEY");
  tells(error_of(http_response("429 Slow down", "{}", "Retry-After: 3600\r\n")), "asks to wait 3600 s");
  tells(error_of(http_response("200 OK", "{\"choices\":[{\"mess")), "not JSON");
  tells(error_of(http_response("200 OK", "{\"choices\":[]}")), "choices[0].message.content");
  tells(error_of(http_response("302 Found", "", "Location: http://127.0.0.1:9/elsewhere\r\n")), "leads elsewhere");
  tells(error_of("HTTP/1.1 200 OK\r\n\r\n", Ending::kEndlessBody), "longer than 4194304 bytes");
  tells(error_of("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", Ending::kSilence), "within 1 s");
  tells(error_of("nonsense\r\n\r\n"), "127.0.0.1");
}

TEST_F(Synthesise, EndsOnCtrlCWhileAnEndpointIsSilent) {
  const FakeEndpoint endpoint([](const HttpRequest&) { return std::string("HTTP/1.1 200 OK\r\n"); }, Ending::kSilence);
  const Outcome outcome = run(endpoint.url(), {}, {.interrupt_when = [&] { return !endpoint.requests().empty(); }});
  EXPECT_EQ(outcome.exit_code, 130) << outcome.err;
  EXPECT_EQ(folder_.names(), (std::vector<std::string>{"e.card.json", "e.jsonl"}));
}

TEST_F(Synthesise, AsksAModelFileAndCopiesItsLicence) {
  const Outcome outcome = run(kModel, {"-n", "2", "--samples", "1", "--max-tokens", "64", "--temp", "0", "-t", "1",
                                       "--chat-template", "chatml", "-q"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");  // no word of ondol-remote
  EXPECT_EQ(count_lines(read_file(folder_ / "d.jsonl")), 2);
  const json card = json::parse(read_file(folder_ / "d.card.json"));
  EXPECT_EQ(card["parents"][1], (json{{"name", "Ondol Ko Tiny"}, {"licence", "apache-2.0"}}));
}

// ondol-ko-tiny knows no JSON: every output obeys the schema because it is held to it.
TEST_F(Synthesise, HoldsAModelFileToTheSchemaWhileItWrites) {
  const std::string schema =
      R"({"type":"object","properties":{"on":{"enum":[0,1]}},"required":["on"],"additionalProperties":false})";
  const auto pairs_of = [&](const std::string& threads) {
    const Outcome outcome =
        run(kModel, {"-n", "3", "--samples", "3", "--schema", schema, "-t", threads, "-q", "--force", "--json"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(json::parse(outcome.out)["refused"], 0) << outcome.out;
    return read_file(folder_ / "d.jsonl");
  };
  const std::string pairs = pairs_of("1");
  EXPECT_EQ(count_lines(pairs), 3);
  std::istringstream lines(pairs);
  for (std::string line; std::getline(lines, line);) {
    const json output = json::parse(json::parse(line)["messages"].back()["content"].get<std::string>());
    EXPECT_TRUE(output == json({{"on", 0}}) || output == json({{"on", 1}})) << line;
  }
  EXPECT_EQ(pairs_of("2"), pairs);

  // uniqueItems is judged, not held
  const Outcome judged = run(kModel, {"-n", "1", "--samples", "1", "--schema", R"({"type":"array","uniqueItems":true})",
                                      "--force", "--max-tokens", "4"});
  EXPECT_NE(judged.err.find("cannot be held"), std::string::npos) << judged.err;
}

TEST_F(Synthesise, ReadsExamplesByTheirColumns) {
  write_file(folder_ / "e.csv", "id,document,label\n1,재미있다,1\n2,지루하다,0\n");
  const FakeEndpoint endpoint([](const HttpRequest& request) {
    EXPECT_NE(question_of(request).find("<input>지루하다</input>"), std::string::npos);
    if (asks_for_output(request)) { EXPECT_NE(question_of(request).find("<output>부정</output>"), std::string::npos); }
    return http_response("200 OK", completion_body(asks_for_output(request) ? "긍정" : "새 말"));
  });
  const Outcome outcome =
      run_ondol({"synthesise", endpoint.url(), folder_ / "e.csv", "--columns", "prompt=document,completion=label",
                 "--map", "0=부정,1=긍정", "--task", "느낌", "-n", "1", "-o", folder_ / "d.jsonl", "-q"},
                {.env = {{"NO_PROXY", "127.0.0.1"}, {"no_proxy", "127.0.0.1"}}});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(count_lines(read_file(folder_ / "d.jsonl")), 1);
}

TEST_F(Synthesise, RefusesWhatCannotBeAsked) {
  const auto refused = [&](const std::string& teacher, const std::vector<std::string>& more, const char* what) {
    const Outcome outcome = run(teacher, more);
    EXPECT_EQ(outcome.exit_code, 2) << outcome.err;
    EXPECT_NE(outcome.err.find(what), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.err.find("secret"), std::string::npos);
    EXPECT_EQ(folder_.names(), (std::vector<std::string>{"e.card.json", "e.jsonl"}));
  };
  refused(kModel, {"-n", "0"}, "--pairs 0");
  refused(kModel, {"--task", " "}, "--task is empty");
  refused(kModel, {"-o", folder_ / "d.txt"}, ".jsonl");
  refused(kModel, {"-o", folder_ / "e.jsonl", "--force"}, "e.jsonl");
  refused(kModel, {"--schema", "{\"typ\":1}"}, "typ");
  refused(kModel, {"--model", "large"}, "large");
  refused("https://me:secret@127.0.0.1/v1", {}, "ONDOL_API_KEY");
  refused(folder_ / "absent.gguf", {}, "absent.gguf");
}

}  // namespace
}  // namespace ondol::e2e
