#include <gtest/gtest.h>

#include <filesystem>

#include "base/test_folder.h"
#include "model/adapter/read_adapter.h"
#include "model/adapter/test_adapters.h"
#include "model/adapter/write_adapter.h"

namespace ondol {
namespace {

const LowRank* find(const Adapter& adapter, std::string_view tensor) {
  for (const LowRank& matrix : adapter.matrices) {
    if (matrix.tensor == tensor) return &matrix;
  }
  return nullptr;
}

void expect_same(const Adapter& read, const Adapter& written) {
  EXPECT_EQ(read.architecture, written.architecture);
  ASSERT_EQ(read.matrices.size(), written.matrices.size());
  for (const LowRank& expected : written.matrices) {
    const LowRank* got = find(read, expected.tensor);
    ASSERT_NE(got, nullptr) << expected.tensor;
    EXPECT_EQ(got->rank, expected.rank);
    EXPECT_EQ(got->n_rows, expected.n_rows);
    EXPECT_EQ(got->n_cols, expected.n_cols);
    EXPECT_FLOAT_EQ(got->scale, expected.scale) << expected.tensor;
    EXPECT_EQ(got->a, expected.a) << expected.tensor;
    EXPECT_EQ(got->b, expected.b) << expected.tensor;
  }
}

// scale * B A of one matrix.
std::vector<float> product(const LowRank& low_rank) {
  std::vector<float> out(static_cast<size_t>(low_rank.n_rows * low_rank.n_cols));
  for (int64_t row = 0; row < low_rank.n_rows; ++row) {
    for (int64_t col = 0; col < low_rank.n_cols; ++col) {
      double sum = 0;
      for (int64_t i = 0; i < low_rank.rank; ++i) {
        sum += static_cast<double>(low_rank.b[static_cast<size_t>(row * low_rank.rank + i)]) *
               static_cast<double>(low_rank.a[static_cast<size_t>(i * low_rank.n_cols + col)]);
      }
      out[static_cast<size_t>(row * low_rank.n_cols + col)] = static_cast<float>(sum) * low_rank.scale;
    }
  }
  return out;
}

void expect_same_products(const Adapter& read, const Adapter& written) {
  for (const LowRank& expected : written.matrices) {
    const LowRank* got = find(read, expected.tensor);
    ASSERT_NE(got, nullptr) << expected.tensor;
    const auto a = product(*got), b = product(expected);
    for (size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 1e-5f) << expected.tensor << " " << i;
  }
}

TEST(AdapterFiles, EitherFormGivesTheSameMatricesBack) {
  const TestFolder folder;
  const Model model = llama();
  const Adapter written = llama_adapter();
  ASSERT_TRUE(write_gguf_adapter(folder.path("a.gguf"), written, model));
  const auto gguf = read_adapter(folder.path("a.gguf"), model);
  ASSERT_TRUE(gguf) << gguf.error().message;
  expect_same(*gguf, written);
  ASSERT_TRUE(write_peft_adapter(folder.path("peft"), *gguf, model));
  const auto peft = read_adapter(folder.path("peft"), model);
  ASSERT_TRUE(peft) << peft.error().message;
  expect_same(*peft, written);
  EXPECT_EQ(peft->alpha, 6);
}

TEST(AdapterFiles, RankStabilisedScalesSurviveBothForms) {
  const TestFolder folder;
  const Model model = llama();
  Adapter written = llama_adapter();
  written.rank_stabilised = true;
  for (LowRank& matrix : written.matrices) matrix.scale = adapter_scale(written.alpha, matrix.rank, true);
  ASSERT_TRUE(write_peft_adapter(folder.path("peft"), written, model));
  const auto peft = read_adapter(folder.path("peft"), model);
  ASSERT_TRUE(peft) << peft.error().message;
  EXPECT_TRUE(peft->rank_stabilised);
  expect_same(*peft, written);
  ASSERT_TRUE(write_gguf_adapter(folder.path("a.gguf"), *peft, model));
  const auto gguf = read_adapter(folder.path("a.gguf"), model);
  ASSERT_TRUE(gguf) << gguf.error().message;
  expect_same(*gguf, written);
}

TEST(AdapterFiles, RanksAndAlphasMayDifferFromMatrixToMatrix) {
  const TestFolder folder;
  const Model model = llama();
  SplitMix64 random(2);
  Adapter written{.architecture = "llama",
                  .alpha = 8,
                  .matrices = {low_rank("blk.0.attn_q.weight", 4, 48, 48, 2, random),
                               low_rank("blk.0.attn_v.weight", 4, 16, 48, 0.5f, random),
                               low_rank("blk.1.attn_v.weight", 2, 16, 48, 4, random)}};
  ASSERT_TRUE(write_peft_adapter(folder.path("peft"), written, model));
  const auto peft = read_adapter(folder.path("peft"), model);
  ASSERT_TRUE(peft) << peft.error().message;
  expect_same(*peft, written);
  ASSERT_TRUE(write_gguf_adapter(folder.path("a.gguf"), written, model));
  const auto gguf = read_adapter(folder.path("a.gguf"), model);
  ASSERT_TRUE(gguf) << gguf.error().message;
  expect_same_products(*gguf, written);
}

TEST(AdapterFiles, PartsOfAFusedMatrixWithOneAAreOneMatrixInTheFile) {
  const TestFolder folder;
  const Model model = gpt2();
  SplitMix64 random(3);
  Adapter written{.architecture = "gpt2",
                  .alpha = 4,
                  .matrices = {low_rank("blk.0.attn_q.weight", 2, 32, 32, 2, random),
                               low_rank("blk.0.attn_k.weight", 2, 32, 32, 2, random),
                               low_rank("blk.0.attn_v.weight", 2, 32, 32, 2, random)}};
  written.matrices[1].a = written.matrices[2].a = written.matrices[0].a;
  ASSERT_TRUE(write_gguf_adapter(folder.path("a.gguf"), written, model));
  const auto file = open_checkpoint(folder.path("a.gguf"));
  ASSERT_TRUE(file);
  ASSERT_EQ(file->tensors.size(), 2u);
  EXPECT_EQ(file->tensors[0].name, "blk.0.attn_qkv.weight.lora_a");
  EXPECT_EQ(file->tensors[0].view.shape, (Shape{2, 32}));
  EXPECT_EQ(file->tensors[1].view.shape, (Shape{96, 2}));
  ASSERT_TRUE(write_peft_adapter(folder.path("peft"), written, model));
  for (const char* path : {"a.gguf", "peft"}) {
    const auto read = read_adapter(folder.path(path), model);
    ASSERT_TRUE(read) << read.error().message;
    expect_same(*read, written);
  }
}

TEST(AdapterFiles, PartsOfAFusedMatrixWithTheirOwnAStandSideBySide) {
  const TestFolder folder;
  const Model model = gpt2();
  SplitMix64 random(4);
  Adapter written{.architecture = "gpt2",
                  .alpha = 4,
                  .matrices = {low_rank("blk.0.attn_q.weight", 2, 32, 32, 2, random),
                               low_rank("blk.0.attn_v.weight", 4, 32, 32, 1, random),
                               low_rank("blk.0.ffn_up.weight", 2, 48, 32, 2, random)}};
  ASSERT_TRUE(write_gguf_adapter(folder.path("a.gguf"), written, model));
  ASSERT_TRUE(write_peft_adapter(folder.path("peft"), written, model));
  for (const char* path : {"a.gguf", "peft"}) {
    const auto read = read_adapter(folder.path(path), model);
    ASSERT_TRUE(read) << read.error().message;
    expect_same_products(*read, written);
    const LowRank* untouched = find(*read, "blk.0.attn_k.weight");
    ASSERT_NE(untouched, nullptr);
    for (const float value : product(*untouched)) ASSERT_EQ(value, 0);
  }
}

TEST(AdapterFiles, ReadsThePublishedAdapterOfGpt2) {
  const std::string folder = "../shared/data/lora-gpt2-tigrinya";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not here";
  const auto adapter = read_adapter(folder, described("gpt2", 12, 12, 768, 3072, 12));
  ASSERT_TRUE(adapter) << adapter.error().message;
  EXPECT_EQ(adapter->alpha, 32);
  EXPECT_EQ(adapter->matrices.size(), 12u * (3 + 2));  // c_attn in three parts, and two kinds of c_proj
  const LowRank* down = find(*adapter, "blk.11.ffn_down.weight");
  ASSERT_NE(down, nullptr);
  EXPECT_EQ(down->rank, 8);
  EXPECT_EQ(down->n_cols, 3072);
  EXPECT_EQ(down->scale, 4);
  EXPECT_NE(find(*adapter, "blk.0.attn_k.weight"), nullptr);
}

}  // namespace
}  // namespace ondol
