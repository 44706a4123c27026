// What each command prints when all is well.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <tuple>

#include "models.h"

namespace ondol::e2e {
namespace {

using nlohmann::json;

std::vector<std::string> run_args(std::vector<std::string> more) {
  std::vector<std::string> args = {"run", kModel, "-t", "1", "--temp", "0", "-n", "24"};
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

std::string answer(std::vector<std::string> more, const Setting& setting = {}) {
  const Outcome outcome = run_ondol(run_args(std::move(more)), setting);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return outcome.out;
}

std::vector<int> tokens_of(const std::vector<std::string>& args, const Setting& setting = {}) {
  const Outcome outcome = run_ondol(args, setting);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return json::parse(outcome.out).get<std::vector<int>>();
}

TEST(Story, IsPrintedByteForByte) {
  const std::string expected = read_file(kStoryFolder + "/expected_greedy_t0_n200_empty_prompt.txt");
  if (expected.empty()) GTEST_SKIP() << "no checkpoint at " << kStoryFolder;
  const Folder folder;
  const Outcome imported = run_ondol({"import", kStoryFolder + "/stories260K.bin", "--tokenizer",
                                      kStoryFolder + "/tok512.bin", "-o", folder / "s.gguf"});
  ASSERT_EQ(imported.exit_code, 0) << imported.err;
  EXPECT_EQ(run_ondol({"run", folder / "s.gguf", "", "-n", "200", "--temp", "0", "-t", "1"}).out, expected);
}

TEST(Run, AnswersAPromptGivenAnyWayAlike) {
  const Folder folder;
  write_file(folder / "q.txt", "안녕하세요\n");
  const std::string expected = answer({"안녕하세요"});
  EXPECT_GT(expected.size(), 1u);
  EXPECT_EQ(answer({}, {.input = "안녕하세요\n"}), expected);
  EXPECT_EQ(answer({"-f", folder / "q.txt"}), expected);
  EXPECT_EQ(answer({"-t", "2", "안녕하세요"}), expected);
}

TEST(Run, AnswersAlikeHoweverTheWeightsLie) {
  const Folder folder;
  for (const auto& [name, source, layout] : {std::tuple("file.gguf", kModel, "file"), {"run.gguf", kModel, "run"}}) {
    const Outcome imported = run_ondol({"import", source, "-o", folder / name, "--layout", layout});
    ASSERT_EQ(imported.exit_code, 0) << imported.err;
  }
  ASSERT_EQ(run_ondol({"import", folder / "run.gguf", "-o", folder / "back.gguf", "--layout", "file"}).exit_code, 0);
  ASSERT_EQ(run_ondol({"import", folder / "run.gguf", "-o", folder / "again.gguf"}).exit_code, 0);
  EXPECT_TRUE(read_file(folder / "back.gguf") == read_file(folder / "file.gguf"));
  EXPECT_TRUE(read_file(folder / "again.gguf") == read_file(folder / "run.gguf"));

  const auto json_of = [&](const std::string& model, std::vector<std::string> more) {
    std::vector<std::string> args = {"run", model, "안녕하세요", "-t", "2", "--temp", "0", "-n", "24", "--json"};
    args.insert(args.end(), more.begin(), more.end());
    const Outcome outcome = run_ondol(args);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return json::parse(outcome.out);
  };
  const json repacked = json_of(folder / "file.gguf", {}), mapped = json_of(folder / "run.gguf", {});
  const json low_memory = json_of(folder / "file.gguf", {"--low-memory"});
  EXPECT_EQ(repacked["weights"], "repacked");
  EXPECT_EQ(mapped["weights"], "mapped");
  EXPECT_EQ(low_memory["weights"], "file layout");
  EXPECT_EQ(mapped["text"], repacked["text"]);
  EXPECT_EQ(low_memory["text"], repacked["text"]);
  EXPECT_GT(mapped["load_s"], 0.0);

  const json shown = json::parse(run_ondol({"show", folder / "run.gguf", "--json"}).out);
  for (const json& tensor : shown["tensors"]) {
    EXPECT_EQ(tensor["layout"], tensor["shape"].size() > 1 ? "run" : "file") << tensor;
  }
}

TEST(Import, WritesTypesOfOurOwnThatRunAlikeInEitherLayout) {
  const std::string source = ONDOL_SOURCE_DIR "/tests/golden/model/k_quant_widths";
  const Folder folder;
  ASSERT_EQ(run_ondol({"import", source, "-o", folder / "file.gguf", "--type", "OT4"}).exit_code, 0);
  ASSERT_EQ(run_ondol({"import", folder / "file.gguf", "-o", folder / "run.gguf", "--layout", "run"}).exit_code, 0);
  const auto logits_of = [](const std::string& model) {
    return run_ondol({"logits", model, "--tokens", "1,2,3,4,5", "-t", "2", "--json"}).out;
  };
  EXPECT_NE(logits_of(folder / "file.gguf").find("logits"), std::string::npos);
  EXPECT_EQ(logits_of(folder / "run.gguf"), logits_of(folder / "file.gguf"));

  EXPECT_EQ(json::parse(run_ondol({"show", folder / "file.gguf", "--json"}).out)["only_ondol_reads"], true);
  EXPECT_NE(run_ondol({"show", folder / "file.gguf"}).out.find("Ondol only"), std::string::npos);
  EXPECT_EQ(json::parse(run_ondol({"show", kModel, "--json"}).out)["only_ondol_reads"], false);
}

TEST(Embed, GivesTheVectorsOfSentenceTransformersAndAnEncoderWritesNoText) {
  const std::string source = ONDOL_SOURCE_DIR "/tests/golden/embedding/minilm";
  const json expected = json::parse(read_file(source + "/embeddings.json"));
  const Folder folder;
  const std::string model = folder / "m.gguf";
  ASSERT_EQ(run_ondol({"import", source, "-o", model, "--type", "F32"}).exit_code, 0);
  const std::string first = expected[0]["text"], second = expected[1]["text"];
  const json object = json::parse(run_ondol({"embed", model, first, second, "--json", "-t", "1"}).out);
  EXPECT_EQ(object["pooling"], "mean");
  EXPECT_EQ(object["tokens"], expected[0]["ids"].size() + expected[1]["ids"].size());
  double cosine = 0;
  for (size_t i = 0; i < expected[0]["vector"].size(); ++i) {
    const double a = expected[0]["vector"][i], b = expected[1]["vector"][i];
    EXPECT_NEAR(object["embeddings"][0][i], a, 1e-4);
    EXPECT_NEAR(object["embeddings"][1][i], b, 1e-4);
    cosine += a * b;
  }
  const Outcome similar = run_ondol({"embed", model, first, second, "--similarity", "-t", "1"});
  EXPECT_NEAR(std::stod(similar.out), cosine, 1e-4);

  for (const char* verb : {"run", "plan"}) {
    const Outcome refused = run_ondol({verb, model, verb == std::string("run") ? "x" : "--tps=1"});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_NE(refused.err.find("ondol embed"), std::string::npos) << refused.err;
  }
  EXPECT_EQ(run_ondol({"show", model}).exit_code, 0);
}

TEST(Run, ComposesKoreanOfThePrompt) {
  EXPECT_EQ(answer({"\u110B\u1161\u11AB\u1102\u1167\u11BC\u1112\u1161\u1109\u1166\u110B\u116D"}),
            answer({"안녕하세요"}));
}

TEST(Run, PrintsItsFiguresOnStandardErrorOrAsJson) {
  const Outcome plain = run_ondol(run_args({"안녕하세요", "--seed", "7"}));
  EXPECT_EQ(count_lines(plain.err), 1);
  EXPECT_NE(plain.err.find("seed 7"), std::string::npos);
  EXPECT_EQ(run_ondol(run_args({"안녕하세요", "-q"})).err, "");

  const json object = json::parse(run_ondol(run_args({"안녕하세요", "--json", "--seed", "7"})).out);
  EXPECT_EQ(object["text"].get<std::string>() + "\n", plain.out);
  EXPECT_EQ(object["seed"], 7);
  EXPECT_EQ(object["tokens"].size(), object["generated_tokens"]);
  EXPECT_EQ(object["finish_reason"], "stop");
}

TEST(Run, EndsAtTheLimitAndBeforeAStopText) {
  const json three =
      json::parse(run_ondol({"run", kModel, "안녕하세요", "-t", "1", "--temp", "0", "-n", "3", "--json"}).out);
  EXPECT_EQ(three["tokens"].size(), 3u);
  EXPECT_EQ(three["finish_reason"], "length");

  const std::string whole = json::parse(run_ondol(run_args({"안녕하세요", "--json"})).out)["text"];
  const std::string last = whole.substr(whole.size() - 1);  // its full stop, or so
  const std::string cut = json::parse(run_ondol(run_args({"안녕하세요", "--json", "--stop", last})).out)["text"];
  EXPECT_EQ(cut, whole.substr(0, whole.find(last)));
}

TEST(Run, EveryStopTextCountsAndOfOtherOptionsTheLast) {
  const json object = json::parse(
      run_ondol(run_args({"안녕하세요", "--json", "--stop", "\x01", "--stop", " ", "-n", "1", "-n", "24"})).out);
  EXPECT_EQ(object["text"].get<std::string>().find(' '), std::string::npos);
  EXPECT_GT(object["tokens"].size(), 1u);
}

TEST(Run, SameSeedSameAnswer) {
  const std::vector<std::string> args = {"run", kModel, "영화 어땠어?", "-t", "1", "--seed", "11", "-n", "24"};
  EXPECT_EQ(run_ondol(args).out, run_ondol(args).out);
}

TEST(Run, ReplacesInvalidUtf8AndSaysSo) {
  const Outcome outcome = run_ondol(run_args({}), {.input = "a\xFF"
                                                            "b"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_NE(outcome.err.find("1 invalid UTF-8"), std::string::npos) << outcome.err;
}

TEST(Run, KeepsControlTokensOfThePromptText) {
  const json plain = json::parse(run_ondol(run_args({"<|im_end|>", "--json"})).out);
  const json raw = json::parse(run_ondol(run_args({"<|im_end|>", "--json", "--raw"})).out);
  EXPECT_GT(plain["prompt_tokens"], 10);  // the letters of "<|im_end|>", inside the frame of a turn
  EXPECT_EQ(raw["prompt_tokens"], 2);     // BOS and the token itself
}

TEST(Run, GreedyAnswerIsTheLikeliestTokenOfTheLogitsEachTime) {
  const json generated =
      json::parse(run_ondol({"run", kModel, "영화", "--raw", "--json", "-t", "1", "--temp", "0", "-n", "8"}).out);
  std::vector<int> tokens = tokens_of({"tokenize", kModel, "--bos", "영화"});
  const size_t n_prompt = tokens.size();
  for (const int token : generated["tokens"]) tokens.push_back(token);
  std::string list;
  for (const int token : tokens) list += std::to_string(token) + ",";
  const json logits = json::parse(run_ondol({"logits", kModel, "--tokens", list, "--json", "-t", "1"}).out)["logits"];
  ASSERT_EQ(logits.size(), tokens.size());
  for (size_t i = n_prompt; i < tokens.size(); ++i) {
    const auto row = logits[i - 1].get<std::vector<double>>();
    EXPECT_EQ(std::max_element(row.begin(), row.end()) - row.begin(), tokens[i]) << "position " << i;
  }
}

TEST(Import, HuggingFaceModelKeepsItsLogits) {
  const std::string source = ONDOL_SOURCE_DIR "/tests/golden/model/gqa";
  const std::string logits_bytes = read_file(source + "/logits.f32");
  ASSERT_FALSE(logits_bytes.empty());
  std::vector<float> expected(logits_bytes.size() / sizeof(float));
  std::memcpy(expected.data(), logits_bytes.data(), logits_bytes.size());
  const Folder folder;
  const Outcome imported = run_ondol({"import", source, "-o", folder / "m.gguf", "--json"});
  ASSERT_EQ(imported.exit_code, 0) << imported.err;
  EXPECT_EQ(folder.names(), std::vector<std::string>{"m.gguf"});
  const Outcome outcome = run_ondol({"logits", folder / "m.gguf", "--tokens", read_file(source + "/tokens.json"),
                                     "--json", "--kv-type", "f32", "-t", "1"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  std::vector<float> got;
  const json object = json::parse(outcome.out);
  for (const json& row : object["logits"]) {
    for (const json& value : row) got.push_back(value.get<float>());
  }
  ASSERT_EQ(got.size(), expected.size());
  float largest = 0;
  for (size_t i = 0; i < got.size(); ++i) largest = std::max(largest, std::abs(got[i] - expected[i]));
  EXPECT_LE(largest, 1e-4f);  // float32 sums in another order
}

TEST(Tokenize, TakesTextFromArgumentOrInput) {
  const auto expected = tokens_of({"tokenize", kModel, "안녕"});
  EXPECT_FALSE(expected.empty());
  EXPECT_EQ(tokens_of({"tokenize", kModel}, {.input = "안녕"}), expected);
  EXPECT_EQ(tokens_of({"tokenize", kModel, "--", "안녕"}), expected);
  EXPECT_TRUE(tokens_of({"tokenize", kModel, "--", ""}).empty());
  EXPECT_EQ(tokens_of({"tokenize", kModel, "--", "--json"}), tokens_of({"tokenize", kModel}, {.input = "--json"}));
  EXPECT_EQ(tokens_of({"tokenize", kModel, "--", "[a, b]"}), tokens_of({"tokenize", kModel}, {.input = "[a, b]"}));
}

TEST(Tokenize, AddsBosAndReadsSpecialTokensOnlyWhenAsked) {
  const auto plain = tokens_of({"tokenize", kModel, "안녕"});
  auto with_bos = tokens_of({"tokenize", kModel, "--bos", "안녕"});
  ASSERT_EQ(with_bos.size(), plain.size() + 1);
  EXPECT_TRUE(std::equal(plain.begin(), plain.end(), with_bos.begin() + 1));
  EXPECT_GT(tokens_of({"tokenize", kModel, "<|im_end|>"}).size(), 1u);
  EXPECT_EQ(tokens_of({"tokenize", kModel, "--special", "<|im_end|>"}).size(), 1u);
}

TEST(Tokenize, DecodesWhatItEncoded) {
  const std::string text = "온돌은 따뜻해요.  Two  spaces,\n 줄바꿈 😀";
  const std::string ids = run_ondol({"tokenize", kModel, text}).out;
  EXPECT_EQ(run_ondol({"tokenize", kModel, "--decode", ids}).out, text);
  EXPECT_EQ(run_ondol({"tokenize", kModel, "--decode"}, {.input = ids}).out, text);
}

TEST(Show, DescribesTheModelAsJson) {
  const json shown = json::parse(run_ondol({"show", kModel, "--json"}).out);
  EXPECT_EQ(shown["metadata"]["general.architecture"], "llama");
  EXPECT_EQ(shown["metadata"]["tokenizer.ggml.tokens"]["length"], shown["tokenizer"]["vocab_size"]);
  int64_t bytes = 0, parameters = 0;
  for (const json& tensor : shown["tensors"]) {
    bytes += tensor["bytes"].get<int64_t>();
    int64_t n = 1;
    for (const int64_t size : tensor["shape"]) n *= size;
    parameters += n;
  }
  EXPECT_EQ(shown["parameters"], parameters);
  EXPECT_EQ(shown["tensor_bytes"], bytes);
  EXPECT_EQ(shown["tensors"][0]["layout"], "file");
  EXPECT_LT(shown["tokens_per_korean_character"], 2.0);
  EXPECT_FALSE(shown["licence"].is_null());
}

TEST(Show, PrintsEveryTensorAndKeyAsText) {
  const json shown = json::parse(run_ondol({"show", kModel, "--json"}).out);
  const std::string text = run_ondol({"show", kModel}).out;
  for (const json& tensor : shown["tensors"])
    EXPECT_NE(text.find(tensor["name"].get<std::string>()), std::string::npos);
  for (const auto& [key, value] : shown["metadata"].items()) EXPECT_NE(text.find(key), std::string::npos) << key;
}

TEST(Show, ReadsSafetensors) {
  const std::string folder = ONDOL_SOURCE_DIR "/tests/golden/model/gqa";
  for (const std::string& path : {folder, folder + "/model.safetensors"}) {
    const Outcome outcome = run_ondol({"show", path, "--json"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const json shown = json::parse(outcome.out);
    EXPECT_GT(shown["tensors"].size(), 5u);
    EXPECT_TRUE(shown["tokens_per_korean_character"].is_null());
  }
}

TEST(Eval, AModelDivergesFromItselfByExactlyNothing) {
  const Folder folder;
  write_file(folder / "t.txt", "오늘은 날씨가 좋아서 산책을 나갔어요. 저녁에는 영화를 한 편 봤는데 아주 재미있었어요.");
  const json itself = json::parse(run_ondol({"eval", kModel, folder / "t.txt", "--against", kModel, "--json"}).out);
  EXPECT_EQ(itself["kl"]["mean"], 0.0);
  EXPECT_EQ(itself["kl"]["max"], 0.0);
  EXPECT_EQ(itself["top1_agreement"], 1.0);

  const json alone = json::parse(run_ondol({"eval", kModel, folder / "t.txt", "--json"}).out);
  EXPECT_EQ(alone["perplexity"], itself["perplexity"]);
  EXPECT_EQ(alone["bytes"], read_file(folder / "t.txt").size());
  // two ways to say the same: bits per byte times bytes are the nats of all tokens
  EXPECT_NEAR(alone["bits_per_byte"].get<double>() * alone["bytes"].get<double>() * std::log(2.0),
              std::log(alone["perplexity"].get<double>()) * alone["scored_tokens"].get<double>(), 1e-6);
}

TEST(Eval, CountsTheQuestionsRunAnswersRight) {
  const Folder folder;
  const std::string said = answer({"안녕하세요"});
  const std::vector<json> lines = {{{"text", "안녕하세요"}, {"gold", said}, {"kind", "hello"}},
                                   {{"text", "배고파"}, {"gold", "?"}, {"kind", "other"}}};
  write_file(folder / "q.jsonl", lines[0].dump() + "\n" + lines[1].dump() + "\n");
  const Outcome outcome = run_ondol({"eval", kModel, folder / "q.jsonl", "--task", "exact", "-n", "24", "-t", "1",
                                     "--errors", folder / "wrong.jsonl", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json result = json::parse(outcome.out);
  EXPECT_EQ(result["right"], 1);
  EXPECT_EQ(result["questions"], 2);
  EXPECT_EQ(result["accuracy"], 0.5);
  EXPECT_EQ(result["kinds"]["hello"]["right"], 1);
  EXPECT_EQ(result["kinds"]["other"]["right"], 0);
  const json wrong = json::parse(read_file(folder / "wrong.jsonl"));
  EXPECT_EQ(wrong["line"], 2);
  EXPECT_EQ(wrong["prompt"], "배고파");
  EXPECT_EQ(wrong["gold"], "?");
}

TEST(Eval, ChoosesAmongLabelsOfATable) {
  const Folder folder;
  write_file(folder / "q.tsv", "id\tdocument\tlabel\n1\t재미있다\t1\n2\t지루하다\t0\n");
  const Outcome outcome = run_ondol({"eval", kModel, folder / "q.tsv", "--task", "choice", "--columns",
                                     "prompt=document,completion=label", "--map", "0=부정,1=긍정"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("right answers"), std::string::npos) << outcome.out;
}

TEST(Help, OverviewNamesEveryCommandAndEachHasAPage) {
  const Outcome overview = run_ondol({});
  EXPECT_EQ(overview.exit_code, 0);
  EXPECT_EQ(overview.out, run_ondol({"--help"}).out);
  for (const char* verb : {"bench", "eval", "import", "logits", "run", "show", "tokenize"}) {
    EXPECT_NE(overview.out.find(std::string("\n  ") + verb + " "), std::string::npos) << verb;
    for (const char* lang : {"en", "ko"}) {
      const Outcome page = run_ondol({verb, "--help", "--lang", lang});
      EXPECT_EQ(page.exit_code, 0);
      EXPECT_NE(page.out.find(std::string("  ondol ") + verb), std::string::npos);
      EXPECT_NE(page.out.find("--json"), std::string::npos) << verb;
    }
  }
  EXPECT_NE(run_ondol({}, {.env = {{"LANG", "ko_KR.UTF-8"}}}).out.find("사용법"), std::string::npos);
  EXPECT_TRUE(run_ondol({"--version"}).out.starts_with("ondol "));
}

}  // namespace
}  // namespace ondol::e2e
