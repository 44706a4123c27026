#include "model/import/huggingface.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "format/safetensors.h"
#include "model/import/import.h"
#include "model/model.h"

namespace ondol {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConfig = R"({"architectures": ["LlamaForCausalLM"], "hidden_size": 16, "num_hidden_layers": 1,
    "num_attention_heads": 2, "num_key_value_heads": 1, "intermediate_size": 24, "vocab_size": 10,
    "tie_word_embeddings": false})";

// A folder in the test's temporary directory; element i of every tensor is its number plus i.
class HuggingFaceFolder : public ::testing::Test {
 protected:
  HuggingFaceFolder() : folder_(fs::path(::testing::TempDir()) / "huggingface_test") {
    fs::remove_all(folder_);
    fs::create_directory(folder_);
    write("config.json", kConfig);
    add("model.embed_tokens.weight", {10, 16});
    add("model.norm.weight", {16});
    add("lm_head.weight", {10, 16});
    const std::string layer = "model.layers.0.";
    add(layer + "input_layernorm.weight", {16});
    add(layer + "self_attn.q_proj.weight", {16, 16});
    add(layer + "self_attn.k_proj.weight", {8, 16});
    add(layer + "self_attn.v_proj.weight", {8, 16});
    add(layer + "self_attn.o_proj.weight", {16, 16});
    add(layer + "post_attention_layernorm.weight", {16});
    add(layer + "mlp.gate_proj.weight", {24, 16});
    add(layer + "mlp.up_proj.weight", {24, 16});
    add(layer + "mlp.down_proj.weight", {16, 24});
  }
  ~HuggingFaceFolder() override { fs::remove_all(folder_); }

  void write(const std::string& name, std::string_view text) { std::ofstream(folder_ / name) << text; }
  void add(const std::string& name, const Shape& shape) {
    std::vector<float> values(static_cast<size_t>(shape.n_elements()));
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(1000 * tensors_.size() + i);
    tensors_.push_back({name, dtype_of<F32>, shape, [values](const ByteSink& sink) {
                          return sink({reinterpret_cast<const uint8_t*>(values.data()), values.size() * sizeof(float)});
                        }});
  }
  Result<ImportedModel> import() {
    EXPECT_TRUE(write_safetensors(folder_ / "model.safetensors", {}, tensors_, {.force = true}));
    return import_model(folder_, "");
  }
  void expect_refused(ErrorKind kind, std::string_view named) {
    const auto model = import();
    ASSERT_FALSE(model);
    EXPECT_EQ(model.error().kind, kind);
    EXPECT_NE(model.error().message.find(named), std::string::npos) << model.error().message;
  }
  static float element(const ImportedTensor& tensor, int64_t row, int64_t col) {
    std::vector<float> values(static_cast<size_t>(tensor.shape.n_cols()));
    tensor.read_rows(row, 1, reinterpret_cast<uint8_t*>(values.data()));
    return values[static_cast<size_t>(col)];
  }

  fs::path folder_;
  std::vector<TensorToWrite> tensors_;
};

TEST_F(HuggingFaceFolder, IsRenamedAndChecked) {
  const auto model = import();
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->tensors.size(), 12u);
  EXPECT_EQ(model->source.metadata.get_string("general.name"), "huggingface_test");
  EXPECT_EQ(element(*model->find("token_embd.weight"), 3, 5), 3 * 16 + 5);
  EXPECT_EQ(element(*model->find("blk.0.ffn_down.weight"), 0, 0), 11000);
}

TEST_F(HuggingFaceFolder, HasHeadsRearrangedForNeighbouringPairs) {
  const auto model = import();
  ASSERT_TRUE(model);
  const ImportedTensor& q = *model->find("blk.0.attn_q.weight");
  // Heads of 8 rows; halves 0..3 and 4..7 become pairs (0, 4), (1, 5), (2, 6), (3, 7).
  const int64_t order[] = {0, 4, 1, 5, 2, 6, 3, 7};
  for (int64_t row = 0; row < 16; ++row) {
    EXPECT_EQ(element(q, row, 2), static_cast<float>(4000 + (row / 8 * 8 + order[row % 8]) * 16 + 2)) << row;
  }
  const ImportedTensor& v = *model->find("blk.0.attn_v.weight");
  for (int64_t row = 0; row < 8; ++row) EXPECT_EQ(element(v, row, 0), static_cast<float>(6000 + row * 16));
}

TEST_F(HuggingFaceFolder, DropsTheHeadOfATiedModel) {
  std::string config = kConfig;
  config.replace(config.find("false"), 5, "true");
  write("config.json", config);
  const auto model = import();
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->find("output.weight"), nullptr);
}

TEST_F(HuggingFaceFolder, SaysItsLicence) {
  write("README.md", "---\nlicense: mit\n---\n");
  const auto model = import();
  ASSERT_TRUE(model);
  EXPECT_EQ(model->source.metadata.get_string("general.license"), "mit");
}

TEST_F(HuggingFaceFolder, MayHoldOldRotationFrequencies) {
  add("model.layers.0.self_attn.rotary_emb.inv_freq", {4});
  EXPECT_TRUE(import());
}

TEST_F(HuggingFaceFolder, IsRefusedWithTensorsThatHaveNoPlace) {
  add("model.layers.0.self_attn.q_proj.bias", {16});
  expect_refused(ErrorKind::kUnsupported, "q_proj.bias");
}

TEST_F(HuggingFaceFolder, IsRefusedWithTensorsMissing) {
  tensors_.erase(tensors_.begin() + 2);
  expect_refused(ErrorKind::kCorruptFile, "lm_head.weight");
}

TEST_F(HuggingFaceFolder, IsRefusedWithOtherShapesThanTheConfigurationSays) {
  tensors_.erase(tensors_.begin() + 4);
  add("model.layers.0.self_attn.q_proj.weight", {20, 16});
  expect_refused(ErrorKind::kCorruptFile, "q_proj");
  tensors_.pop_back();
  add("model.layers.0.self_attn.q_proj.weight", {24, 16});
  expect_refused(ErrorKind::kCorruptFile, "q_proj");
}

TEST_F(HuggingFaceFolder, IsRefusedWithoutConfiguration) {
  fs::remove(folder_ / "config.json");
  expect_refused(ErrorKind::kBadInput, "config.json");
}

TEST_F(HuggingFaceFolder, IsRefusedWithABrokenTokenizer) {
  write("tokenizer.json", "{\"model\": ");
  EXPECT_FALSE(import());
}

TEST(ImportModel, RefusesWhatIsNoModel) {
  const std::string path = ::testing::TempDir() + "import_test.bin";
  std::ofstream(path) << "hello";
  EXPECT_EQ(import_model(path, "").error().kind, ErrorKind::kBadInput);
  EXPECT_FALSE(import_model(path, path));
  fs::remove(path);
  EXPECT_FALSE(import_model(path, ""));
}

TEST_F(HuggingFaceFolder, IsWrittenInAnotherType) {
  const auto model = import();
  ASSERT_TRUE(model);
  const std::string path = folder_ / "out.gguf";
  for (const int n_threads : {1, 3}) {
    ThreadPool pool(n_threads);
    ASSERT_TRUE(write_model(path, *model, dtype_of<F16>, pool, {.force = true}));
    const auto written = open_checkpoint(path);
    ASSERT_TRUE(written);
    EXPECT_EQ(written->tensors.size(), model->tensors.size());
    for (const ImportedTensor& tensor : model->tensors) {
      const TensorView& view = *written->find(tensor.name);
      ASSERT_EQ(view.shape, tensor.shape);
      const bool vector = view.shape.n_dims == 1;
      EXPECT_STREQ(view.dtype.name(), vector ? "F32" : "F16");
      std::vector<float> values(static_cast<size_t>(view.shape.n_elements()));
      view.dtype.info().decode(view.data, values.data(), view.shape.n_elements());
      for (size_t i = 0; i < values.size(); ++i) {
        // f16 keeps 11 bits.
        const float original = element(tensor, static_cast<int64_t>(i) / view.shape.n_cols(),
                                       static_cast<int64_t>(i) % view.shape.n_cols());
        EXPECT_NEAR(values[i], original, vector ? 0 : original / 2048);
      }
    }
  }
}

TEST_F(HuggingFaceFolder, IsNotWrittenOverItself) {
  const auto model = import();
  ThreadPool pool(1);
  const std::string path = folder_ / "model.safetensors";
  EXPECT_EQ(write_model(path, *model, std::nullopt, pool, {.force = true}).error().kind, ErrorKind::kBadInput);
}

}  // namespace
}  // namespace ondol
