#include "tune/synthesis/synthesis.h"

#include <gtest/gtest.h>

#include <csignal>
#include <deque>
#include <filesystem>

#include "base/interrupt.h"
#include "base/test_folder.h"
#include "tune/synthesis/line_process.h"
#include "tune/synthesis/remote_source.h"
#include "tune/synthesis/sample_vote.h"
#include "tune/synthesis/synthesis_card.h"
#include "tune/synthesis/teacher_prompt.h"
#include "tune/synthesis/text_key.h"

namespace ondol {
namespace {

// Says what it was told to, inputs and outputs apart; notes what it was asked.
class FakeTeacher : public TextSource {
 public:
  std::deque<SourceAnswer> inputs, outputs;
  std::vector<std::string> prompts;
  std::vector<uint64_t> seeds;

  std::vector<size_t> n_together;  // questions of each call
  int64_t n_wanted = 1;
  bool holds = false;

  Result<std::vector<SourceAnswer>> answer(std::span<const SourceQuestion> questions) override {
    n_together.push_back(questions.size());
    std::vector<SourceAnswer> answers;
    for (const SourceQuestion& question : questions) {
      prompts.push_back(question.prompt);
      seeds.push_back(question.seed);
      EXPECT_EQ(question.is_held, holds && is_for_output(question.prompt));
      std::deque<SourceAnswer>& next = is_for_output(prompts.back()) ? outputs : inputs;
      if (next.empty()) return tl::make_unexpected(Error{ErrorKind::kIo, "nothing more to say"});
      answers.push_back(next.front());
      next.pop_front();
    }
    return answers;
  }
  int64_t n_at_once() const override { return n_wanted; }
  bool holds_answers() const override { return holds; }
  static bool is_for_output(const std::string& prompt) { return prompt.find("<output>") != std::string::npos; }
};

const std::vector<Pair> kExamples = {{"불 켜", "{\"on\":1}"}, {"불 꺼", "{\"on\":0}", "집"}};

SynthesisOptions wanting(int64_t n_pairs, int n_samples = 3) {
  return {.task = "Read the command", .n_pairs = n_pairs, .n_samples = n_samples};
}

TEST(Synthesis, KeepsWhatAMajorityAgreesOn) {
  FakeTeacher teacher;
  teacher.inputs = {{"<input>창문 열어</input>"}};
  teacher.outputs = {{"<output>{\"a\":1,\"b\":2}</output>"}, {"wrong"}, {"<output>{ \"b\": 2.0, \"a\": 1 }</output>"}};
  Synthesis out;
  ASSERT_TRUE(synthesise(teacher, kExamples, wanting(1), out));
  ASSERT_EQ(out.pairs.size(), 1u);
  EXPECT_EQ(out.pairs[0].input, "창문 열어");
  EXPECT_EQ(out.pairs[0].output, "{\"a\":1,\"b\":2}");
  EXPECT_EQ(out.counts.n_asked, 1);
  EXPECT_EQ(out.counts.n_kept, 1);
  // the question holds the task, the examples and the input
  for (const char* part : {"Read the command", "<input>불 켜</input>", "<output>{\"on\":0}</output>", "창문 열어"}) {
    EXPECT_NE(teacher.prompts.back().find(part), std::string::npos) << part;
  }
  EXPECT_NE(teacher.seeds[1], teacher.seeds[2]);
}

TEST(Synthesis, ThrowsAwayDuplicatesOfExamplesAndOfItself) {
  FakeTeacher teacher;
  // the second is decomposed (NFD) and spaced otherwise
  teacher.inputs = {{"불 켜"}, {" \u1107\u116E\u11AF\n \u1101\u1165 "}, {"새 말"}, {"새  말"}, {"다른 말"}};
  teacher.outputs = {{"1"}, {"1"}};
  Synthesis out;
  ASSERT_TRUE(synthesise(teacher, kExamples, wanting(2, 1), out));
  EXPECT_EQ(out.counts.n_duplicates, 3);
  EXPECT_EQ(out.counts.n_asked, 5);
  ASSERT_EQ(out.pairs.size(), 2u);
  EXPECT_EQ(out.pairs[1].input, "다른 말");
}

TEST(Synthesis, CountsWhatIsEmptyRefusedOrDisagreedOn) {
  const auto schema = Schema::parse(R"({"type":"object"})");
  ASSERT_TRUE(schema);
  FakeTeacher teacher;
  teacher.inputs = {{""}, {"cut off", true}, {"a"}, {"b"}, {"c"}};
  teacher.outputs = {{"5"},  {"[]"},                        // a: two samples of three break the schema
                     {"{}"}, {"{\"x\":1}"}, {"{\"x\":2}"},  // b: no two agree
                     {"{}"}, {"{}"}};                       // c: two are enough
  SynthesisOptions options = wanting(1);
  options.schema = schema->get();
  Synthesis out;
  ASSERT_TRUE(synthesise(teacher, kExamples, options, out));
  EXPECT_EQ(out.counts.n_unusable, 2);
  EXPECT_EQ(out.counts.n_refused, 1);
  EXPECT_EQ(out.counts.n_disagreed, 1);
  EXPECT_EQ(out.counts.n_kept, 1);
  EXPECT_EQ(out.counts.n_asked, 5);
  EXPECT_TRUE(teacher.outputs.empty());
}

TEST(Synthesis, GivesUpWhenNothingNewComes) {
  FakeTeacher teacher;
  teacher.inputs.assign(kMaxFruitless + 5, {"불 켜"});
  Synthesis out;
  ASSERT_TRUE(synthesise(teacher, kExamples, wanting(3), out));
  EXPECT_EQ(out.counts.n_duplicates, kMaxFruitless);
  EXPECT_EQ(teacher.inputs.size(), 5u);
}

TEST(Synthesis, KeepsWhatItHasWhenTheTeacherFailsOrCtrlCComes) {
  FakeTeacher teacher;
  teacher.inputs = {{"하나"}};
  teacher.outputs = {{"1"}};
  Synthesis out;
  const Status failed = synthesise(teacher, kExamples, wanting(2, 1), out);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::kIo);
  EXPECT_EQ(out.pairs.size(), 1u);

  install_interrupt_handler();
  std::raise(SIGINT);
  const Status stopped = synthesise(teacher, kExamples, wanting(2, 1), out);
  clear_interrupt();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::kInterrupted);
  EXPECT_EQ(out.pairs.size(), 1u);
}

TEST(Synthesis, AsksSeveralQuestionsAtOnceAndNoMoreThanAreNeeded) {
  FakeTeacher teacher;
  teacher.n_wanted = 4;
  teacher.inputs = {{"하나"}, {"불 켜"}, {"둘"}, {"셋"}};
  // two samples each; those of 둘 differ and a third decides; then one pair is missing
  teacher.outputs = {{"1"}, {"1"}, {"2"}, {"3"}, {"1"}, {"1"}, {"3"}, {"4"}, {"4"}};
  teacher.inputs.push_back({"넷"});
  Synthesis out;
  ASSERT_TRUE(synthesise(teacher, kExamples, wanting(4), out));
  EXPECT_EQ(teacher.n_together, (std::vector<size_t>{4, 6, 1, 1, 2}));
  ASSERT_EQ(out.pairs.size(), 4u);
  EXPECT_EQ(out.pairs[1].input, "둘");
  EXPECT_EQ(out.pairs[1].output, "3");
  EXPECT_EQ(out.counts.n_duplicates, 1);
  EXPECT_EQ(out.counts.n_asked, 5);
}

TEST(Synthesis, AsksForBareOutputsWhereTheyAreHeldToTheirForm) {
  FakeTeacher teacher;
  teacher.holds = true;
  teacher.inputs = {{"하나"}};
  teacher.outputs = {{"1"}};
  Synthesis out;
  ASSERT_TRUE(synthesise(teacher, kExamples, wanting(1, 1), out));
  EXPECT_NE(teacher.prompts.back().find("without tags"), std::string::npos);
}

TEST(Synthesis, IsTheSameForTheSameSeed) {
  const auto prompts_of = [](uint64_t seed) {
    FakeTeacher teacher;
    for (int i = 0; i < 8; ++i) teacher.inputs.push_back({std::to_string(i)});
    teacher.outputs.assign(8, {"1"});
    SynthesisOptions options = wanting(8, 1);
    options.seed = seed;
    Synthesis out;
    EXPECT_TRUE(synthesise(teacher, kExamples, options, out));
    return teacher.prompts;
  };
  EXPECT_EQ(prompts_of(1), prompts_of(1));
  EXPECT_NE(prompts_of(1), prompts_of(2));
}

TEST(SampleVote, EndsAsSoonAsItIsDecided) {
  SampleVote agreed(nullptr, 5);
  for (const char* answer : {"a", " a ", "b"}) ASSERT_TRUE(agreed.add(answer));
  EXPECT_EQ(agreed.verdict(), Verdict::kOpen);
  ASSERT_TRUE(agreed.add("a"));
  EXPECT_EQ(agreed.verdict(), Verdict::kAgreed);
  EXPECT_EQ(agreed.winner(), "a");

  SampleVote apart(nullptr, 3);
  for (const char* answer : {"a", "b"}) ASSERT_TRUE(apart.add(answer));
  EXPECT_EQ(apart.verdict(), Verdict::kOpen);
  ASSERT_TRUE(apart.add("c"));
  EXPECT_EQ(apart.verdict(), Verdict::kDisagreed);

  SampleVote half(nullptr, 2);
  ASSERT_TRUE(half.add("a"));
  EXPECT_EQ(half.verdict(), Verdict::kOpen);  // one of two is no majority
  ASSERT_TRUE(half.add(""));
  EXPECT_EQ(half.verdict(), Verdict::kRefused);
}

TEST(TextKey, IsEqualForTextsThatDifferInSpaceAndFormOnly) {
  EXPECT_EQ(text_key(" 가\u00A0\u3000나\n"), "가 나");
  EXPECT_EQ(text_key("\u1100\u1161 나"), "가 나");
  EXPECT_NE(text_key("가나"), text_key("가 나"));
  EXPECT_EQ(answer_key("{\"a\":1,\"b\":[]}"), answer_key(" {\"b\": [], \"a\": 1.0}"));
  EXPECT_NE(answer_key("\"a\""), answer_key("a"));
}

TEST(TeacherPrompt, ReadsWhatStandsBetweenTags) {
  EXPECT_EQ(inside_tag("Sure! <input> 안녕 \n</input> Bye", "input"), "안녕");
  EXPECT_EQ(inside_tag("<input>not closed", "input"), "not closed");
  EXPECT_EQ(inside_tag("not opened</input> more", "input"), "not opened");
  EXPECT_EQ(inside_tag("  plain ", "input"), "plain");
  EXPECT_EQ(inside_tag("<input>a</input> no: <input>b</input>", "input"), "b");
  EXPECT_EQ(inside_tag("<input></input>", "input"), "");
  EXPECT_EQ(inside_tag("", "input"), "");
}

TEST(Pairs, ComeFromChatsAndCompletionsAndBecomeChats) {
  const TestFolder folder;
  const std::string path =
      folder.write("e.jsonl",
                   "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"u\\n\"},"
                   "{\"role\":\"assistant\",\"content\":\"\\\"a\\\"\"}]}\n{\"prompt\":\"p\",\"completion\":\"c\"}\n");
  const auto pairs = read_pairs({path}, {});
  ASSERT_TRUE(pairs) << pairs.error().message;
  ASSERT_EQ(pairs->size(), 2u);
  EXPECT_EQ(chat_line((*pairs)[0]),
            "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"u\\n\"},"
            "{\"role\":\"assistant\",\"content\":\"\\\"a\\\"\"}]}");
  EXPECT_EQ(chat_line((*pairs)[1]),
            "{\"messages\":[{\"role\":\"user\",\"content\":\"p\"},{\"role\":\"assistant\",\"content\":\"c\"}]}");
  DataFileOptions csv{.columns = *parse_columns("prompt=document,completion=label"), .labels = *parse_labels("1=긍정")};
  const auto labelled = read_pairs({folder.write("r.csv", "id,document,label\n7,재미,1\n")}, csv);
  ASSERT_TRUE(labelled) << labelled.error().message;
  EXPECT_EQ((*labelled)[0].input + (*labelled)[0].output, "재미긍정");
  const std::string long_chat =
      folder.write("l.jsonl",
                   "{\"messages\":[{\"role\":\"user\",\"content\":\"1\"},{\"role\":\"assistant\",\"content\":\"2\"},"
                   "{\"role\":\"user\",\"content\":\"3\"},{\"role\":\"assistant\",\"content\":\"4\"}]}\n");
  const auto refused = read_pairs({long_chat}, {});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("l.jsonl:1"), std::string::npos) << refused.error().message;
}

TEST(SynthesisCard, KeepsTheWholeChainOfLicences) {
  const TestFolder folder;
  const std::vector<DataCard> examples = {{.name = "mine", .licence = "MIT"},
                                          {.name = "raw", .licence = "CC-BY-NC-4.0", .source = "web", .child = 0},
                                          {.name = "rawer", .child = 1},
                                          {.name = "other", .licence = "CC0-1.0"}};
  folder.write("d.jsonl", "");
  const std::string path = synthesis_card_path(folder.path("d.jsonl"));
  EXPECT_EQ(path, folder.path("d.card.json"));
  folder.write("d.card.json", synthesis_card({.name = "d.jsonl"}, examples, {.name = "teacher", .licence = "gemma"}));
  const auto cards = read_data_cards({folder.path("d.jsonl")});
  ASSERT_TRUE(cards) << cards.error().message;
  std::vector<std::string> found;
  for (const DataCard& card : *cards)
    found.push_back(card.name + "|" + card.licence + "|" + std::to_string(card.child));
  const std::vector<std::string> expected = {"d.jsonl||-1", "mine|MIT|0",      "raw|CC-BY-NC-4.0|1",
                                             "rawer||2",    "other|CC0-1.0|0", "teacher|gemma|0"};
  EXPECT_EQ(found, expected);
}

TEST(LineProcess, AsksAndIsAnsweredByTheLine) {
  const auto process = LineProcess::start("cat", {});
  ASSERT_TRUE(process) << process.error().message;
  const std::string longer(50'000, 'x');
  for (const std::string& line : {std::string("안녕"), std::string(), longer}) {
    const auto answer = (*process)->ask(line);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(*answer, line);
  }
}

TEST(LineProcess, TellsWhenTheProgramIsAbsentOrEnds) {
  const auto absent = LineProcess::start("/no/such/program", {});
  ASSERT_FALSE(absent);
  EXPECT_NE(absent.error().message.find("/no/such/program"), std::string::npos);
  std::signal(SIGPIPE, SIG_IGN);
  const auto process = LineProcess::start("true", {});
  ASSERT_TRUE(process);
  const auto answer = (*process)->ask("hello");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kIo);
}

Result<SourceAnswer> ask_one(TextSource& source, const SourceQuestion& question) {
  TRY(const std::vector<SourceAnswer> answers, source.answer({&question, 1}));
  return answers[0];
}

TEST(RemoteSource, ReadsWhatItsProgramSays) {
  std::signal(SIGPIPE, SIG_IGN);
  const TestFolder folder;
  const auto told = [&](const std::string& reply) {
    const std::string program = folder.write("program", "#!/bin/sh\nread -r line\nprintf '%s\\n' '" + reply + "'\n");
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    const auto source = RemoteSource::start(program, {.url = "http://127.0.0.1"});
    EXPECT_TRUE(source);
    return ask_one(**source, {.prompt = "안녕 \"너\""});
  };
  const auto whole = told(R"({"id":1,"text":"네\n"})"), cut = told(R"({"id":1,"text":"네","cut":true})");
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(whole->text, "네\n");
  EXPECT_FALSE(whole->is_cut);
  ASSERT_TRUE(cut);
  EXPECT_TRUE(cut->is_cut);
  const auto error = told(R"({"id":1,"error":"no connection"})");
  ASSERT_FALSE(error);
  EXPECT_EQ(error.error().message, "no connection");
  for (const char* wrong : {"nonsense", "[]", R"({"id":2,"text":"late"})", R"({"id":1})", R"({"id":1,"text":5})"}) {
    const auto refused = told(wrong);
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().kind, ErrorKind::kIo);
    EXPECT_NE(refused.error().message.find("one version"), std::string::npos) << refused.error().message;
  }
}

TEST(RemoteSource, SendsOneLineThatSaysAll) {
  const TestFolder folder;
  const std::string program =
      folder.write("program", "#!/bin/sh\nread -r line\nprintf '%s' \"$line\" > '" + folder.path("asked") + "'\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const auto source = RemoteSource::start(program, {.url = "http://127.0.0.1", .model = "m", .timeout_s = 9});
  ASSERT_TRUE(source);
  EXPECT_FALSE(ask_one(
      **source, {.prompt = "줄\n\"둘\"", .max_tokens = 7, .temperature = 0.5f, .seed = (uint64_t{1} << 40) + 3}));
  EXPECT_EQ(folder.read("asked"),
            R"({"id":1,"url":"http://127.0.0.1","model":"m","messages":[{"role":"user","content":"줄\n\"둘\""}],)"
            R"("max_tokens":7,"temperature":0.5,"seed":3,"timeout_s":9})");
}

TEST(RemoteSource, TellsAnAddressFromAFileAndTakesNoPasswordInIt) {
  EXPECT_TRUE(is_endpoint_url("https://host"));
  EXPECT_FALSE(is_endpoint_url("model.gguf"));
  EXPECT_TRUE(check_endpoint_url("https://host/v1/@me"));
  const Status refused = check_endpoint_url("https://me:secret@host/v1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(refused.error().message.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace ondol
