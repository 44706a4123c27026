// ondol tune, from data to a model that answers: what is written, what survives, and what bad input meets.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "fake_endpoint.h"
#include "rooms.h"

namespace ondol::e2e {
namespace {

using nlohmann::json;

const std::string kSchema =
    R"({"type":"object","properties":{"action":{"enum":["on","off"]},"room":{"type":"string"}},)"
    R"("required":["action","room"],"additionalProperties":false})";

class Tune : public Rooms {
 protected:
  Outcome tune(std::vector<std::string> more) const {
    std::vector<std::string> args = {"tune", "-t", "2", "--batch-tokens", "512", "--micro-tokens", "256"};
    args.insert(args.end(), more.begin(), more.end());
    return run_ondol(args);
  }
  Outcome tune_new(const std::string& output, std::vector<std::string> more) const {
    std::vector<std::string> args = {tokenizer_, data_,    "-o",
                                     output,     "--init", "layers=2,hidden=64,heads=4,ffn=128,context=128"};
    args.insert(args.end(), more.begin(), more.end());
    return tune(args);
  }
};

TEST_F(Tune, ANewModelLearnsAndObeysItsSchema) {
  const std::string model = folder_ / "m.gguf", log = folder_ / "log.jsonl";
  const Outcome outcome = tune_new(model, {"--steps", "120", "--lr", "5e-3", "--schema", kSchema, "--log", log,
                                           "--name", "rooms", "--purpose", "commercial", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json result = json::parse(outcome.out);
  EXPECT_EQ(result["steps"], 120);
  EXPECT_LE(result["written_kl"].get<double>(), 1e-6);
  EXPECT_EQ(count_lines(read_file(log)), 120);
  EXPECT_FALSE(std::filesystem::exists(model + ".checkpoint"));

  const Outcome answer = run_ondol({"run", model, "침실 불 꺼 줘", "--temp", "0", "-q"});
  EXPECT_EQ(json::parse(answer.out), json({{"action", "off"}, {"room", "침실"}})) << answer.out;
  const Outcome shown = run_ondol({"show", model, "--json"});
  EXPECT_EQ(json::parse(shown.out)["metadata"]["ondol.data.licences"], json({"CC0-1.0"})) << shown.out.substr(0, 400);
  const Outcome picture = run_ondol({"plot", log, "-o", folder_ / "loss.svg"});
  EXPECT_EQ(picture.exit_code, 0) << picture.err;
}

TEST_F(Tune, ARunInSlicesEndsWithTheSameBytes) {
  const std::string whole = folder_ / "whole.gguf", cut = folder_ / "cut.gguf";
  ASSERT_EQ(tune_new(whole, {"--steps", "4"}).exit_code, 0);
  const std::vector<std::string> slice = {"--steps", "4", "--stop-after", "1e-9"};  // one step
  const Outcome first = tune_new(cut, slice);
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_NE(first.err.find("1 of 4"), std::string::npos) << first.err;
  EXPECT_TRUE(std::filesystem::exists(cut + ".checkpoint"));
  EXPECT_FALSE(std::filesystem::exists(cut));
  const Outcome again = tune_new(cut, {"--steps", "4"});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_NE(again.err.find("--resume"), std::string::npos) << again.err;
  const Outcome other = tune_new(cut, {"--steps", "4", "--lr", "0.01", "--resume"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_NE(other.err.find("another run"), std::string::npos) << other.err;
  ASSERT_EQ(tune_new(cut, {"--steps", "4", "--stop-after", "1e-9", "--resume"}).exit_code, 0);
  ASSERT_EQ(tune_new(cut, {"--steps", "4", "--resume"}).exit_code, 0);
  EXPECT_EQ(read_file(whole), read_file(cut));
}

TEST_F(Tune, CtrlCSavesWhatWasLearned) {
  const std::string out = folder_ / "m.gguf", log = folder_ / "log.jsonl";
  const std::vector<std::string> args = {
      "tune",    tokenizer_, data_,   "-o", out,  "--init", "layers=2,hidden=64,heads=4",
      "--steps", "5000",     "--log", log,  "-t", "2"};
  const Outcome cut = run_ondol(args, {.interrupt_when = [&] { return count_lines(read_file(log)) >= 3; }});
  EXPECT_EQ(cut.exit_code, 130) << cut.err;
  EXPECT_TRUE(std::filesystem::exists(out + ".checkpoint"));
  EXPECT_FALSE(std::filesystem::exists(out));
  const int64_t n_done = count_lines(read_file(log));
  std::vector<std::string> again = args;
  again.insert(again.end(), {"--resume", "--stop-after", "0.0001"});
  const Outcome resumed = run_ondol(again);
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_NE(resumed.err.find(std::to_string(n_done + 1) + " of 5000"), std::string::npos) << n_done << resumed.err;
}

TEST_F(Tune, AdaptersAreWrittenUsedAndMerged) {
  const std::string base = folder_ / "base.gguf", adapter = folder_ / "a.gguf", merged = folder_ / "merged.gguf";
  ASSERT_EQ(tune_new(base, {"--steps", "10"}).exit_code, 0);
  const std::vector<std::string> lora = {base, data_, "--steps", "10", "--rank", "4", "--lr", "1e-2"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), lora.begin(), lora.end());
    return tune(more);
  };
  ASSERT_EQ(with({"-o", adapter}).exit_code, 0);
  ASSERT_EQ(with({"-o", folder_ / "peft"}).exit_code, 0);
  ASSERT_EQ(with({"-o", merged, "--merge"}).exit_code, 0);
  const auto logits = [&](std::vector<std::string> args) {
    args.insert(args.begin(), "logits");
    args.insert(args.end(), {"--tokens", "5,80,90", "--json"});
    return json::parse(run_ondol(args).out)["logits"][2].get<std::vector<double>>();
  };
  const auto hot = logits({base, "--lora", adapter}), peft = logits({base, "--lora", folder_ / "peft"});
  const auto one = logits({merged}), plain = logits({base});
  double moved = 0;
  for (size_t i = 0; i < hot.size(); ++i) {
    EXPECT_NEAR(hot[i], peft[i], 1e-4);
    EXPECT_NEAR(hot[i], one[i], 2e-2);  // the merged file is F16
    moved = std::max(moved, std::abs(hot[i] - plain[i]));
  }
  EXPECT_GT(moved, 0.1);
}

TEST_F(Tune, AStudentLearnsFromItsTeacher) {
  const std::string teacher = folder_ / "teacher.gguf", student = folder_ / "student.gguf";
  ASSERT_EQ(tune_new(teacher, {"--steps", "10"}).exit_code, 0);
  const Outcome outcome = tune_new(student, {"--steps", "6", "--teacher", teacher, "--divergence", "js"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_FALSE(std::filesystem::exists(student + ".teacher"));
}

// ondol-ko-tiny writes other tokens, in a template of its own.
TEST_F(Tune, AStudentLearnsFromATeacherWithAnotherTokenizer) {
  const std::string student = folder_ / "student.gguf", cache = folder_ / "said";
  const std::vector<std::string> args = {"--steps", "3", "--teacher", kModel, "--teacher-cache", cache, "--json"};
  const Outcome outcome = tune_new(student, args);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("pieces of text"), std::string::npos) << outcome.err;
  const std::string said = read_file(cache);
  EXPECT_GT(said.size(), 500u);
  const std::string again = folder_ / "again.gguf";
  std::vector<std::string> in_korean = args;
  in_korean.insert(in_korean.end(), {"--lang", "ko"});
  const Outcome repeated = tune_new(again, in_korean);
  ASSERT_EQ(repeated.exit_code, 0) << repeated.err;
  EXPECT_NE(repeated.err.find("글 조각"), std::string::npos) << repeated.err;
  EXPECT_EQ(read_file(student), read_file(again));
  EXPECT_EQ(read_file(cache), said);

  const auto refused = [&](std::vector<std::string> more, const char* what) {
    more.insert(more.begin(), {"--steps", "3", "-q"});
    const Outcome bad = tune_new(folder_ / "x.gguf", more);
    EXPECT_EQ(bad.exit_code, 2);
    EXPECT_NE(bad.err.find(what), std::string::npos) << bad.err;
    EXPECT_EQ(count_lines(bad.err), 1) << bad.err;
  };
  refused({"--teacher", kModel, "--train-on-prompts"}, "--train-on-prompts");
  refused({"--teacher", folder_ / "absent.gguf"}, "absent.gguf");
  const std::string plain_tokenizer = folder_ / "plain.gguf", plain = folder_ / "plain-model.gguf";
  ASSERT_EQ(run_ondol({"train-tokenizer", data_, "-o", plain_tokenizer, "--vocab-size", "300", "-q"}).exit_code, 0);
  write_file(folder_ / "text.txt", "거실 불 켜\n침실 불 꺼\n");
  const Outcome made = tune({plain_tokenizer, folder_ / "text.txt", "-o", plain, "--init",
                             "layers=1,hidden=32,heads=2,context=128", "--steps", "1"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  refused({"--teacher", plain}, "rooms.jsonl:1: a chat, but the teacher");
}

TEST_F(Tune, ATeacherFirstWritesMoreData) {
  const std::string out = folder_ / "m.gguf", pairs = out + ".synthesised.jsonl";
  std::atomic<int> n = 0;
  const FakeEndpoint endpoint([&](const HttpRequest& request) {
    const std::string asked = json::parse(request.body)["messages"][0]["content"];
    const bool is_output = asked.find("<output>") != std::string::npos;
    return http_response(
        "200 OK", completion_body(is_output ? R"({"action":"on","room":"방"})" : "방 불 켜 " + std::to_string(++n)));
  });
  const Setting local{.env = {{"NO_PROXY", "127.0.0.1"}, {"no_proxy", "127.0.0.1"}}};
  const auto run = [&](const std::string& teacher, std::vector<std::string> more) {
    std::vector<std::string> args = {"tune",
                                     tokenizer_,
                                     data_,
                                     "-o",
                                     out,
                                     "--init",
                                     "layers=1,hidden=32,heads=2,context=128",
                                     "--steps",
                                     "2",
                                     "--teacher",
                                     teacher,
                                     "--synthesise",
                                     "4",
                                     "--task",
                                     "Read the command",
                                     "--schema",
                                     kSchema,
                                     "--samples",
                                     "1",
                                     "-t",
                                     "2"};
    args.insert(args.end(), more.begin(), more.end());
    return run_ondol(args, local);
  };
  const Outcome first = run(endpoint.url(), {});
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_NE(first.err.find("no distillation"), std::string::npos) << first.err;
  EXPECT_NE(first.err.find("ondol-remote"), std::string::npos) << first.err;
  EXPECT_EQ(count_lines(read_file(pairs)), 4);
  const Outcome shown = run_ondol({"show", out, "--json"});
  const json names = json::parse(shown.out)["metadata"]["ondol.data.names"];
  EXPECT_NE(names.dump().find("m.gguf.synthesised.jsonl"), std::string::npos) << names;
  EXPECT_NE(names.dump().find(endpoint.url()), std::string::npos) << names;

  // again: the pairs are there; more are added to them; another teacher's are not taken
  const size_t n_asked = endpoint.requests().size();
  const Outcome again = run(endpoint.url(), {"--force"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(endpoint.requests().size(), n_asked);
  EXPECT_NE(again.err.find("4 pairs are there"), std::string::npos) << again.err;
  const std::string before = read_file(pairs);
  ASSERT_EQ(run(endpoint.url(), {"--force", "--synthesise", "6"}).exit_code, 0);
  EXPECT_TRUE(read_file(pairs).starts_with(before));
  EXPECT_EQ(count_lines(read_file(pairs)), 6);
  std::filesystem::remove(out);
  const Outcome other = run(kModel, {});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_NE(other.err.find("another teacher"), std::string::npos) << other.err;
  // the teacher's licence is not known
  const Outcome refused = run(endpoint.url(), {"--purpose", "commercial"});
  EXPECT_EQ(refused.exit_code, 3) << refused.err;

  // questions with these examples are too long for this teacher
  const Outcome long_question = run(kModel, {"--force"});
  EXPECT_EQ(long_question.exit_code, 2);
  EXPECT_NE(long_question.err.find("the teacher's context holds 512"), std::string::npos) << long_question.err;
}

TEST_F(Tune, AModelFileWritesDataAndIsListenedTo) {
  const std::string out = folder_ / "m.gguf", few = folder_ / "few.jsonl";
  write_file(few, R"({"prompt":"안녕","completion":"네, 안녕하세요"})"
                  "\n"
                  R"({"prompt":"영화 재미있어?","completion":"네, 재미있어요"})"
                  "\n");
  const std::vector<std::string> args = {
      tokenizer_, few,    "-o",        out,    "--init",       "layers=1,hidden=32,heads=2,context=512",
      "--steps",  "2",    "--teacher", kModel, "--synthesise", "3",
      "--task",   "대화", "--samples", "1"};
  const Outcome outcome = tune(args);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("pieces of text"), std::string::npos) << outcome.err;
  EXPECT_EQ(count_lines(read_file(out + ".synthesised.jsonl")), 3);
}

TEST_F(Tune, SynthesisSaysWhatIsMissing) {
  const auto refused = [&](std::vector<std::string> more, const char* what) {
    const Outcome outcome = tune_new(folder_ / "x.gguf", std::move(more));
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_NE(outcome.err.find(what), std::string::npos) << outcome.err;
    EXPECT_EQ(count_lines(outcome.err), 1) << outcome.err;
  };
  refused({"--synthesise", "5", "--task", "x"}, "--teacher");
  refused({"--synthesise", "5", "--teacher", kModel}, "--task");
  refused({"--task", "x", "--teacher", kModel}, "--synthesise");
  refused({"--teacher", "https://host.example/v1"}, "gives no logits");
  refused({"--synthesise", "5", "--task", "x", "--teacher", "https://me:secret@host.example/v1"}, "ONDOL_API_KEY");
  refused({"--synthesise", "-1"}, "--synthesise -1");
}

TEST_F(Tune, BadInputGetsOneLineAndLosesNothing) {
  const std::string out = folder_ / "x.gguf";
  write_file(folder_ / "empty.jsonl", "");
  write_file(folder_ / "broken.jsonl", read_file(data_) + "{\"messages\": [\n");
  write_file(folder_ / "latin.jsonl", "{\"prompt\":\"\xff\xfe\",\"completion\":\"a\"}\n");
  write_file(folder_ / "same.jsonl", R"({"prompt":"가","completion":"나"})"
                                     "\n"
                                     R"({"prompt":"다","completion":"나"})"
                                     "\n");
  write_file(folder_ / "nc.jsonl", read_file(data_));
  write_file(folder_ / "nc.card.json", R"({"name":"rooms","licence":"CC-BY-NC-4.0"})");
  const std::string shape = "layers=1,hidden=32,heads=2,context=128";
  struct Case {
    std::vector<std::string> args;
    int exit_code;
    std::string says;
  };
  const Case cases[] = {
      {{tokenizer_, folder_ / "empty.jsonl", "--init", shape}, 2, "no example"},
      {{tokenizer_, folder_ / "broken.jsonl", "--init", shape}, 2, "broken.jsonl:81"},
      {{tokenizer_, folder_ / "latin.jsonl", "--init", shape}, 2, "latin.jsonl:1"},
      {{tokenizer_, folder_ / "same.jsonl", "--init", shape}, 2, "one answer"},
      {{tokenizer_, folder_ / "none.jsonl", "--init", shape}, 2, "none.jsonl"},
      {{tokenizer_, folder_ / "nc.jsonl", "--init", shape, "--purpose", "commercial"}, 3, "CC-BY-NC-4.0"},
      {{tokenizer_, data_, "--init", "layers=1,hidden=30,heads=4"}, 2, "head_dim"},
      {{tokenizer_, data_, "--init", "layers=1,width=32"}, 2, "width=32"},
      {{tokenizer_, data_}, 2, "tok.gguf"},
      {{kModel, data_, "--rank", "0"}, 2, "--rank 0"},
      {{kModel, data_, "--targets", "attn_q,nothing"}, 2, "nothing"},
      {{kModel, data_, "--lr", "-1"}, 2, "--lr"},
      {{kModel, data_, "--full", "--merge"}, 2, "--merge"},
      {{tokenizer_, data_, "--init", shape, "--steps", "60", "--lr", "10", "--clip", "0"}, 2, "diverged"},
  };
  for (const Case& c : cases) {
    std::vector<std::string> args = c.args;
    args.insert(args.end(), {"-o", out});
    const Outcome outcome = tune(args);
    EXPECT_EQ(outcome.exit_code, c.exit_code) << c.says << ": " << outcome.err;
    EXPECT_NE(outcome.err.find(c.says), std::string::npos) << c.says << " in: " << outcome.err;
    EXPECT_FALSE(std::filesystem::exists(out)) << c.says;
    std::filesystem::remove(out + ".checkpoint");
  }
}

}  // namespace
}  // namespace ondol::e2e
