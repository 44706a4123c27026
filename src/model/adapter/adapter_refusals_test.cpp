// What adapters of strangers may hold and is not used: each is refused in one line that names it.
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>

#include "base/test_folder.h"
#include "format/gguf_writer.h"
#include "format/safetensors.h"
#include "model/adapter/read_adapter.h"
#include "model/adapter/test_adapters.h"
#include "model/adapter/write_adapter.h"
#include "tensor/quant/f32.h"

namespace ondol {
namespace {

// A tensor of one number for all its elements.
struct Filled {
  std::string name;
  Shape shape;
  float value = 0.5f;
};

std::vector<TensorToWrite> tensors_of(const std::vector<Filled>& filled, std::vector<std::vector<float>>& numbers) {
  std::vector<TensorToWrite> tensors;
  for (const Filled& one : filled) numbers.emplace_back(static_cast<size_t>(one.shape.n_elements()), one.value);
  for (size_t i = 0; i < filled.size(); ++i) {
    tensors.push_back(encoded_tensor(filled[i].name, numbers[i], filled[i].shape, dtype_of<F32>));
  }
  return tensors;
}

void expect_refused(const std::string& path, const Model& model, ErrorKind kind, const std::string& named) {
  const auto read = read_adapter(path, model);
  ASSERT_FALSE(read) << named;
  EXPECT_EQ(read.error().kind, kind) << read.error().message;
  EXPECT_NE(read.error().message.find(named), std::string::npos) << read.error().message << "\nshould name " << named;
  EXPECT_EQ(read.error().message.find('\n'), std::string::npos);
}

constexpr const char* kQ = "base_model.model.model.layers.0.self_attn.q_proj";

class PeftRefusals : public ::testing::Test {
 protected:
  // A folder with this configuration and an adapter of q, or these tensors.
  std::string folder(const std::string& config, const std::vector<Filled>& more = {}, bool with_q = true) {
    const std::string name = "adapter" + std::to_string(n_++);
    std::filesystem::create_directories(folder_.path(name));
    folder_.write(name + "/adapter_config.json", config);
    std::vector<Filled> filled = more;
    if (with_q) {
      filled.push_back({std::string(kQ) + ".lora_A.weight", {2, 48}});
      filled.push_back({std::string(kQ) + ".lora_B.weight", {48, 2}});
    }
    std::vector<std::vector<float>> numbers;
    EXPECT_TRUE(write_safetensors(folder_.path(name + "/adapter_model.safetensors"), {}, tensors_of(filled, numbers)));
    return folder_.path(name);
  }
  std::string config(const std::string& more = "") {
    return R"({"peft_type": "LORA", "r": 2, "lora_alpha": 4)" + (more.empty() ? "" : ", " + more) + "}";
  }

  const TestFolder folder_;
  const Model model_ = llama();
  int n_ = 0;
};

TEST_F(PeftRefusals, TheAdapterTheyChangeIsReadable) {
  const auto read = read_adapter(folder(config()), model_);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->matrices.size(), 1u);
}

TEST_F(PeftRefusals, NameTheSettingThatIsNotFollowed) {
  const auto expect = [&](const std::string& setting, const std::string& named) {
    expect_refused(folder(config(setting)), model_, ErrorKind::kUnsupported, named);
  };
  expect(R"("use_dora": true)", "use_dora");
  expect(R"("bias": "lora_only")", "bias");
  expect(R"("lora_bias": true)", "lora_bias");
  expect(R"("modules_to_save": ["lm_head"])", "modules_to_save");
  expect(R"("init_lora_weights": "pissa_niter_16")", "pissa_niter_16");
  expect(R"("alpha_pattern": {".*q_proj": 8})", ".*q_proj");
  expect(R"("layer_replication": [[0, 1]])", "layer_replication");
  expect_refused(folder(R"({"peft_type": "IA3"})"), model_, ErrorKind::kUnsupported, "IA3");
}

TEST_F(PeftRefusals, NameTheNumberThatCannotBe) {
  const auto expect = [&](const std::string& text, const std::string& named) {
    expect_refused(folder(text), model_, ErrorKind::kCorruptFile, named);
  };
  expect(R"({"peft_type": "LORA", "r": 0, "lora_alpha": 4})", "a rank is at least 1");
  expect(R"({"peft_type": "LORA", "r": -3, "lora_alpha": 4})", "\"r\" is -3");
  expect(R"({"peft_type": "LORA", "r": 2, "lora_alpha": 0})", "lora_alpha");
  expect(R"({"peft_type": "LORA", "r": 2, "lora_alpha": 4, "rank_pattern": {"q_proj": 0}})", "q_proj");
  expect(R"({"peft_type": "LORA", "r": 3, "lora_alpha": 4})", "has rank 2, but adapter_config.json says 3");
  expect(R"({"peft_type": "LORA", "lora_alpha": 4})", "\"r\" is missing");
  expect("[]", "not a JSON object");
}

TEST_F(PeftRefusals, SayWhatATensorIsThatHasNoPlace) {
  const auto expect = [&](const std::string& name, const std::string& named) {
    expect_refused(folder(config(), {{name, {48}}}), model_, ErrorKind::kUnsupported, named);
  };
  expect(std::string(kQ) + ".lora_magnitude_vector", "DoRA");
  expect("base_model.model.model.embed_tokens.lora_embedding_A", "embedding");
  expect("base_model.model.lm_head.modules_to_save.weight", "saved modules");
  expect(std::string(kQ) + ".lora_B.bias", "biases");
  expect("base_model.model.model.layers.7.mlp.up_proj.lora_A.weight", "this llama model does not have");
  expect("base_model.model.model.layers.0.mlp.experts.0.w1.lora_A.weight", "experts");
}

TEST_F(PeftRefusals, NameTheTensorThatCannotBe) {
  const std::string a = std::string(kQ) + ".lora_A.weight", b = std::string(kQ) + ".lora_B.weight";
  const auto expect = [&](const std::vector<Filled>& tensors, const std::string& named) {
    expect_refused(folder(config(), tensors, false), model_, ErrorKind::kCorruptFile, named);
  };
  expect({{a, {2, 48}}}, b + " is missing");
  expect({{b, {48, 2}}}, a + " is missing");
  expect({{a, {2, 64}}, {b, {48, 2}}}, a + ": has shape [2, 64], expected [rank, 48]");
  expect({{a, {2, 48}}, {b, {64, 2}}}, b + ": has shape [64, 2], expected [48, 2]");
  expect({{a, {2, 48}}, {b, {48, 3}}}, b);
  expect({{a, {96}}, {b, {48, 2}}}, a);
  expect({{a, {2, 48}, std::numeric_limits<float>::quiet_NaN()}, {b, {48, 2}}}, "not finite");
  expect({{a, {2, 48}}, {b, {48, 2}, std::numeric_limits<float>::infinity()}}, "not finite");
  expect({}, "holds no low-rank matrices");
}

TEST_F(PeftRefusals, SayWhichFileIsExpected) {
  expect_refused(folder_.path("nothing"), model_, ErrorKind::kBadInput, "nothing");
  std::filesystem::create_directories(folder_.path("empty"));
  expect_refused(folder_.path("empty"), model_, ErrorKind::kBadInput, "adapter_config.json");
  folder_.write("empty/adapter_config.json", config());
  expect_refused(folder_.path("empty"), model_, ErrorKind::kBadInput, "adapter_model.safetensors is missing");
  expect_refused(folder(config()) + "/adapter_model.safetensors", model_, ErrorKind::kBadInput, "give the folder");
  folder_.write("text", "hello");
  expect_refused(folder_.path("text"), model_, ErrorKind::kBadInput, "not an adapter");
}

class GgufRefusals : public ::testing::Test {
 protected:
  std::string file(const std::vector<std::pair<std::string, std::string>>& texts, const std::vector<Filled>& filled,
                   float alpha = 4) {
    Metadata metadata;
    metadata.set_string("general.type", "adapter");
    metadata.set_string("general.architecture", "llama");
    metadata.set_string("adapter.type", "lora");
    metadata.set_f32("adapter.lora.alpha", alpha);
    for (const auto& [key, text] : texts) metadata.set_string(key, text);
    std::vector<std::vector<float>> numbers;
    const std::string path = folder_.path(std::to_string(n_++) + ".gguf");
    EXPECT_TRUE(write_gguf(path, metadata, tensors_of(filled, numbers)));
    return path;
  }

  const std::vector<Filled> q_ = {{"blk.0.attn_q.weight.lora_a", {2, 48}}, {"blk.0.attn_q.weight.lora_b", {48, 2}}};
  const TestFolder folder_;
  const Model model_ = llama();
  int n_ = 0;
};

TEST_F(GgufRefusals, AnAlphaOfZeroMeansAScaleOfOneAsInLlamaCpp) {
  const auto read = read_adapter(file({}, q_, 0), model_);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->matrices[0].scale, 1);
}

TEST_F(GgufRefusals, NameWhatTheFileIsFor) {
  expect_refused(file({{"general.architecture", "qwen3"}}, q_), model_, ErrorKind::kBadInput,
                 "is for a qwen3 model, but the model is llama");
  expect_refused(file({{"general.type", "model"}}, q_), model_, ErrorKind::kBadInput, "is a model");
  expect_refused(file({{"adapter.type", "control_vector"}}, q_), model_, ErrorKind::kUnsupported, "control_vector");
  expect_refused(file({}, q_, std::numeric_limits<float>::quiet_NaN()), model_, ErrorKind::kCorruptFile,
                 "adapter.lora.alpha");
  expect_refused(file({}, q_, -1), model_, ErrorKind::kCorruptFile, "adapter.lora.alpha");
}

TEST_F(GgufRefusals, NameTheTensorThatCannotBe) {
  std::vector<Filled> wrong = q_;
  wrong.push_back({"blk.0.attn_norm.weight", {48}});
  expect_refused(file({}, wrong), model_, ErrorKind::kUnsupported, "blk.0.attn_norm.weight");
  wrong = {q_[0]};
  expect_refused(file({}, wrong), model_, ErrorKind::kCorruptFile, "blk.0.attn_q.weight.lora_b is missing");
  wrong = {{"blk.0.attn_q.weight.lora_a", {2, 32}}, q_[1]};
  expect_refused(file({}, wrong), model_, ErrorKind::kCorruptFile, "expected [rank, 48]");
  wrong = q_;
  wrong.push_back({"blk.0.attn_qkv.weight.lora_a", {2, 48}});
  wrong.push_back({"blk.0.attn_qkv.weight.lora_b", {80, 2}});
  expect_refused(file({}, wrong), model_, ErrorKind::kCorruptFile, "blk.0.attn_q.weight is adapted twice");
}

TEST(AdapterWriters, ReplaceAFileOnlyWhenTold) {
  const TestFolder folder;
  const Model model = llama();
  const Adapter adapter = llama_adapter();
  ASSERT_TRUE(write_peft_adapter(folder.path("peft"), adapter, model));
  ASSERT_TRUE(write_gguf_adapter(folder.path("a.gguf"), adapter, model));
  const std::string before = folder.read("peft/adapter_config.json");
  EXPECT_FALSE(write_peft_adapter(folder.path("peft"), adapter, model));
  EXPECT_FALSE(write_gguf_adapter(folder.path("a.gguf"), adapter, model));
  EXPECT_EQ(folder.read("peft/adapter_config.json"), before);
  EXPECT_FALSE(std::filesystem::exists(folder.path("peft/adapter_config.json.partial")));
  EXPECT_TRUE(write_peft_adapter(folder.path("peft"), adapter, model, {.file = {.force = true}}));
  EXPECT_TRUE(write_gguf_adapter(folder.path("a.gguf"), adapter, model, {.file = {.force = true}}));
}

}  // namespace
}  // namespace ondol
