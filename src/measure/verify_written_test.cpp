#include "measure/verify_written.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "base/random.h"
#include "base/test_folder.h"
#include "measure/merge_adapters.h"
#include "model/linears.h"
#include "model/random_model.h"
#include "tensor/quant/f16.h"
#include "tensor/quant/f32.h"
#include "tensor/quant/q8_0.h"

namespace ondol {
namespace {

constexpr ModelShape kShape{.name = "tiny",
                            .n_layers = 2,
                            .hidden_size = 64,
                            .n_heads = 4,
                            .n_kv_heads = 2,
                            .head_dim = 16,
                            .ffn_size = 96,
                            .vocab_size = 300,
                            .context_length = 64};

// The first layer's matrices and the head, which is the embedding.
Adapter random_adapter(Model& model) {
  SplitMix64 random(5);
  const auto numbers = [&](int64_t n) {
    std::vector<float> out(static_cast<size_t>(n));
    for (float& number : out) number = static_cast<float>(random.uniform() - 0.5) * 0.1f;
    return out;
  };
  Adapter adapter{.architecture = "llama", .alpha = 4};
  for (const NamedLinear& linear : linears(model)) {
    if (linear.layer > 0) continue;
    const WeightView& matrix = linear.linear->matrix;
    adapter.matrices.push_back({.tensor = linear.name,
                                .rank = 4,
                                .n_rows = matrix.n_rows,
                                .n_cols = matrix.n_cols,
                                .a = numbers(4 * matrix.n_cols),
                                .b = numbers(matrix.n_rows * 4),
                                .scale = 1});
  }
  return adapter;
}

class Merging : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const DType type = *find_type(GetParam());
    ASSERT_TRUE(write_random_model(base_path_, kShape, type, 3));
    auto base = open_checkpoint(base_path_);
    ASSERT_TRUE(base) << base.error().message;
    base_ = std::move(*base);
    auto model = load_model(base_, base_path_, pool_);
    ASSERT_TRUE(model) << model.error().message;
    model_ = std::move(*model);
    adapters_ = {{"adapter", random_adapter(model_)}};
    ASSERT_TRUE(apply_adapters(model_, adapters_));
  }

  Result<MergeReport> merge(std::optional<DType> type = {}) {
    return merge_adapters(merged_path_, base_, model_, adapters_, type, pool_, {});
  }

  const TestFolder folder_;
  const std::string base_path_ = folder_.path("base.gguf"), merged_path_ = folder_.path("merged.gguf");
  ThreadPool pool_{2};
  Checkpoint base_;
  Model model_;
  std::vector<ScaledAdapter> adapters_;
};

TEST_P(Merging, WritesAFileThatComputesWhatTheModelDidWithItsAdapters) {
  const auto report = merge();
  ASSERT_TRUE(report) << report.error().message;
  const bool is_exact = GetParam() == "F32" || GetParam() == "F16";
  EXPECT_EQ(report->most_divergence, is_exact ? 1e-6 : std::numeric_limits<double>::infinity());
  if (is_exact) { EXPECT_LE(report->divergence.mean, 1e-6); }
  EXPECT_GE(report->divergence.max, report->divergence.mean);
  EXPECT_EQ(report->divergence.n_positions, 64);
  EXPECT_EQ(report->n_changed, 8);  // seven matrices, and the head on its own
  EXPECT_EQ(report->n_tensors, std::ssize(base_.tensors) + 1);
}

TEST_P(Merging, LeavesEverythingElseAsItWas) {
  ASSERT_TRUE(merge());
  const auto merged = open_checkpoint(merged_path_);
  ASSERT_TRUE(merged);
  ASSERT_EQ(merged->metadata.entries().size(), base_.metadata.entries().size());
  for (size_t i = 0; i < base_.metadata.entries().size(); ++i) {
    EXPECT_EQ(merged->metadata.entries()[i].first, base_.metadata.entries()[i].first);
    EXPECT_EQ(merged->metadata.entries()[i].second.value, base_.metadata.entries()[i].second.value);
  }
  for (const NamedTensor& tensor : base_.tensors) {
    const TensorView* view = merged->find(tensor.name);
    ASSERT_NE(view, nullptr) << tensor.name;
    EXPECT_EQ(view->dtype, tensor.view.dtype) << tensor.name;
    const bool is_touched = std::any_of(adapters_[0].adapter.matrices.begin(), adapters_[0].adapter.matrices.end(),
                                        [&](const LowRank& matrix) { return matrix.tensor == tensor.name; });
    const auto n = static_cast<size_t>(tensor.view.size_bytes());
    EXPECT_EQ(std::equal(view->data, view->data + n, tensor.view.data), !is_touched) << tensor.name;
  }
}

TEST_P(Merging, TakesAnotherTypeForTheMatricesThatChange) {
  const auto report = merge(dtype_of<F16>);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_LE(report->divergence.mean, 1e-6);
  const auto merged = open_checkpoint(merged_path_);
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->find("blk.0.attn_q.weight")->dtype, dtype_of<F16>);
  EXPECT_EQ(merged->find("output.weight")->dtype, dtype_of<F16>);
  EXPECT_EQ(merged->find("blk.1.attn_q.weight")->dtype, base_.find("blk.1.attn_q.weight")->dtype);
}

INSTANTIATE_TEST_SUITE_P(Types, Merging, ::testing::Values("F32", "F16", "BF16", "Q8_0", "Q4_0"),
                         [](const ::testing::TestParamInfo<std::string>& type) { return type.param; });

class RefusedMerging : public Merging {};

TEST_P(RefusedMerging, LeavesNothingBehind) {
  // The model computes with twice what is merged.
  std::vector<ScaledAdapter> twice = adapters_;
  twice[0].scale = 2;
  ASSERT_TRUE(apply_adapters(model_, twice));
  const auto report = merge();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::kRefused);
  EXPECT_NE(report.error().message.find(merged_path_ + ": "), std::string::npos) << report.error().message;
  EXPECT_EQ(folder_.names(), std::vector<std::string>{"base.gguf"});
}

TEST_P(RefusedMerging, KeepsTheFileThatWasThere) {
  ASSERT_TRUE(apply_adapters(model_, {}));
  folder_.write("merged.gguf", "mine");
  EXPECT_FALSE(merge_adapters(merged_path_, base_, model_, adapters_, {}, pool_, {}));
  EXPECT_FALSE(merge_adapters(merged_path_, base_, model_, adapters_, {}, pool_, {.force = true}));
  EXPECT_EQ(folder_.read("merged.gguf"), "mine");
  EXPECT_FALSE(merge_adapters(base_path_, base_, model_, adapters_, {}, pool_, {.force = true}));
}

INSTANTIATE_TEST_SUITE_P(Types, RefusedMerging, ::testing::Values("F32", "F16"),
                         [](const ::testing::TestParamInfo<std::string>& type) { return type.param; });

TEST(CompareLogits, GivesTheMeanAndTheLargestDivergence) {
  // Two positions of two tokens: equal, and 1/2 : 1/2 against 3/4 : 1/4.
  const std::vector<float> expected = {1, 2, 0, 0}, written = {3, 4, std::log(3.0f), 0};
  const WrittenDivergence divergence = compare_logits(expected, written, 2);
  const double second = 0.5 * std::log(0.5 / 0.75) + 0.5 * std::log(0.5 / 0.25);
  EXPECT_EQ(divergence.n_positions, 2);
  EXPECT_NEAR(divergence.max, second, 1e-7);
  EXPECT_NEAR(divergence.mean, second / 2, 1e-7);
}

TEST(CompareLogits, IsNotANumberWhenALogitIsNone) {
  const float nan = std::nanf("");
  const std::vector<float> good = {1, 2}, bad = {1, nan};
  EXPECT_TRUE(std::isnan(compare_logits(good, bad, 2).mean));
  EXPECT_TRUE(std::isnan(compare_logits(bad, good, 2).mean));
}

}  // namespace
}  // namespace ondol
