// --lora and merge: adapters at work in whole processes.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "models.h"

namespace ondol::e2e {
namespace {

using nlohmann::json;

const std::string kGolden = ONDOL_SOURCE_DIR "/tests/golden";
const std::string kCase = kGolden + "/adapter/llama_two";
const std::vector<std::string> kAdapters = {kCase + "/stabilised:1.5", kCase + "/patterns:-0.5"};

// The golden model, in F32 without a tokenizer.
std::string golden_model(const Folder& folder) {
  const std::string path = folder / "golden.gguf";
  const Outcome imported =
      run_ondol({"import", kGolden + "/family/llama_biases", "-o", path, "--type", "F32", "--force"});
  EXPECT_EQ(imported.exit_code, 0) << imported.err;
  return path;
}

// The largest difference of `ondol logits` with these arguments from the golden logits.
float difference_from_golden(std::vector<std::string> args) {
  const json tokens = json::parse(read_file(kCase + "/tokens.json"));
  args.insert(args.begin(), "logits");
  args.insert(args.end(), {"--tokens", tokens.dump(), "--exact", "--kv-type", "f32", "--json", "-t", "2"});
  const Outcome outcome = run_ondol(args);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  if (outcome.exit_code != 0) return INFINITY;
  const json logits = json::parse(outcome.out).at("logits");
  const std::string golden = read_file(kCase + "/logits.f32");
  float largest = 0;
  size_t at = 0;
  for (const size_t position : json::parse(read_file(kCase + "/positions.json")).get<std::vector<size_t>>()) {
    for (const float logit : logits.at(position).get<std::vector<float>>()) {
      float expected = 0;
      std::memcpy(&expected, golden.data() + sizeof(float) * at++, sizeof(float));
      largest = std::max(largest, std::abs(logit - expected));
    }
  }
  EXPECT_EQ(at * sizeof(float), golden.size());
  return largest;
}

TEST(Lora, SeveralAdaptersComputeWhatPeftDoes) {
  const Folder folder;
  const std::string model = golden_model(folder);
  EXPECT_LE(difference_from_golden({model, "--lora", kAdapters[0], "--lora", kAdapters[1]}), 1e-4f);
  EXPECT_GT(difference_from_golden({model, "--lora", kAdapters[0]}), 0.1f);
  EXPECT_GT(difference_from_golden({model}), 0.1f);
}

TEST(Merge, WritesWhatPeftComputes) {
  const Folder folder;
  const std::string model = golden_model(folder), merged = folder / "merged.gguf";
  const Outcome outcome = run_ondol({"merge", model, kAdapters[0], kAdapters[1], "-o", merged, "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json report = json::parse(outcome.out);
  EXPECT_EQ(report["changed_tensors"], 14);
  EXPECT_LE(report["kl"]["mean"].get<double>(), 1e-6);
  EXPECT_LE(difference_from_golden({merged}), 1e-4f);

  EXPECT_EQ(run_ondol({"merge", model, kAdapters[0], "-o", merged}).exit_code, 2);
  EXPECT_EQ(run_ondol({"merge", model, kAdapters[0], "-o", model, "--force"}).exit_code, 2);
  EXPECT_EQ(run_ondol({"merge", model, kAdapters[0], "-o", merged, "--force", "--type", "Q8_0"}).exit_code, 0);
  EXPECT_EQ(run_ondol({"merge", merged, kAdapters[0], "-o", folder / "again.gguf"}).exit_code, 0);
}

TEST(Lora, OfAnotherModelIsOneLineAndExit2) {
  const Folder folder;
  const std::string model = golden_model(folder);
  const auto expect = [&](const std::string& adapter, const std::string& named) {
    for (const std::vector<std::string>& args :
         {std::vector<std::string>{"logits", model, "--tokens", "3", "--lora", adapter},
          {"merge", model, adapter, "-o", folder / "merged.gguf"}}) {
      const Outcome outcome = run_ondol(args);
      EXPECT_EQ(outcome.exit_code, 2) << adapter;
      EXPECT_NE(outcome.err.find(named), std::string::npos) << outcome.err;
      EXPECT_EQ(count_lines(outcome.err), 1) << outcome.err;
    }
  };
  expect(kGolden + "/adapter/gpt2_fused/conv", "this llama model does not have");
  expect(kGolden + "/adapter/llama_all/all", "expected");
  expect(folder / "nothing", "nothing");
  expect(kCase + "/stabilised:much", "\"much\" is not a scale");
  expect(kCase + "/stabilised:nan", "is not a scale");
  expect(model, "is a model");
  EXPECT_FALSE(std::filesystem::exists(folder / "merged.gguf"));
}

// A PEFT folder of rank 1 for one matrix, all its numbers alike.
void write_peft(const std::string& path, const std::string& module, int n_rows, int n_cols, float value) {
  const std::string prefix = "base_model.model." + module;
  const auto bytes = [](int n) { return n * static_cast<int>(sizeof(float)); };
  const json header = {
      {prefix + ".lora_A.weight", {{"dtype", "F32"}, {"shape", {1, n_cols}}, {"data_offsets", {0, bytes(n_cols)}}}},
      {prefix + ".lora_B.weight",
       {{"dtype", "F32"}, {"shape", {n_rows, 1}}, {"data_offsets", {bytes(n_cols), bytes(n_cols + n_rows)}}}}};
  const std::string text = header.dump();
  const uint64_t size = text.size();
  std::string file(reinterpret_cast<const char*>(&size), sizeof(size));
  file += text;
  for (int i = 0; i < n_cols + n_rows; ++i) {
    const float sign = i % 3 == 0 ? -value : value;
    file.append(reinterpret_cast<const char*>(&sign), sizeof(sign));
  }
  std::filesystem::create_directories(path);
  write_file(path + "/adapter_model.safetensors", file);
  write_file(path + "/adapter_config.json", R"({"peft_type": "LORA", "r": 1, "lora_alpha": 1})");
}

TEST(Lora, TakesPartInAnAnswerAndInThePromptCache) {
  const Folder folder;
  const json shape = json::parse(run_ondol({"show", kModel, "--json"}).out);
  const json& metadata = shape["metadata"];
  write_peft(folder / "adapter", "model.layers.0.mlp.down_proj", metadata["llama.embedding_length"],
             metadata["llama.feed_forward_length"], 0.2f);
  const auto ask = [&](std::vector<std::string> more) {
    // Long enough to fill a page of the cache.
    const std::string system = "당신은 친절한 도우미입니다. 짧고 쉽게 대답하고, 모르는 것은 모른다고 말하세요.";
    const std::string question = "오늘 저녁에는 무엇을 먹으면 좋을까요?", cache = folder / "cache";
    std::vector<std::string> args = {"run", kModel, question, "--system", system, "--temp", "0", "-n", "12", "-t", "1"};
    args.insert(args.end(), {"--json", "--prompt-cache", cache});
    args.insert(args.end(), more.begin(), more.end());
    const Outcome outcome = run_ondol(args);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return json::parse(outcome.out);
  };
  const json without = ask({}), with = ask({"--lora", folder / "adapter"});
  EXPECT_NE(with["tokens"], without["tokens"]);
  EXPECT_EQ(with["cached_tokens"], 0);
  const json again = ask({"--lora", folder / "adapter"});
  EXPECT_GT(again["cached_tokens"], 0);
  EXPECT_EQ(again["tokens"], with["tokens"]);
  EXPECT_EQ(ask({"--lora", (folder / "adapter") + ":0.5"})["cached_tokens"], 0);
  EXPECT_EQ(ask({})["tokens"], without["tokens"]);
}

}  // namespace
}  // namespace ondol::e2e
