// Pruned models of every family, from Hugging Face folder to GGUF to logits, against the whole model in which the parts
// that are left out add nothing: their output projections are zero.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "compress/prune.h"
#include "compress/prune_by_loss.h"
#include "model/import/import.h"
#include "reference.h"

namespace ondol {
namespace {

const std::string kFolder = std::string(ONDOL_SOURCE_DIR) + "/tests/golden/family/";

// The tensor with numbers only where `stays` says so of their column; a vector's numbers are its columns.
ImportedTensor with_zeros(const ImportedTensor& tensor, const std::function<bool(int64_t column)>& stays) {
  ImportedTensor zeroed = tensor;
  const auto size = tensor.dtype.size_bytes(1);
  const int64_t n_cols = tensor.shape.n_cols();
  zeroed.read_rows = [=, read = tensor.read_rows](int64_t first, int64_t n, uint8_t* out) {
    read(first, n, out);
    for (int64_t i = 0; i < n * n_cols; ++i) {
      if (!stays(i % n_cols)) std::fill_n(out + i * size, size, uint8_t{0});
    }
  };
  return zeroed;
}

// Whether the tensor ends a sublayer of that layer.
bool is_output(const std::string& name, int layer) {
  const std::string of_layer = "blk." + std::to_string(layer) + ".";
  return name.starts_with(of_layer + "attn_output.") || name.starts_with(of_layer + "ffn_down.");
}

class PrunedFamily : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    auto imported = import_model(kFolder + GetParam(), "");
    ASSERT_TRUE(imported) << imported.error().message;
    whole_ = std::move(*imported);
    const auto hp = hyperparameters_of(whole_, "whole");
    ASSERT_TRUE(hp) << hp.error().message;
    hp_ = *hp;
    skips_ = std::any_of(hp_.layers.begin(), hp_.layers.end(), [](const LayerSizes& layer) { return layer.keeps[0]; });
  }

  // Written, loaded and run.
  std::vector<float> logits(const ImportedModel& model) {
    const std::string path =
        std::filesystem::path(::testing::TempDir()) / ("pruned_" + std::to_string(getpid()) + ".gguf");
    const Status written = write_model(path, model, std::nullopt, pool_, {.force = true});
    EXPECT_TRUE(written) << written.error().message;
    const auto loaded = load_model(path, pool_);
    std::filesystem::remove(path);
    EXPECT_TRUE(loaded) << loaded.error().message;
    return loaded ? logits_of(*loaded, reference_, {}) : std::vector<float>();
  }

  std::vector<int> without(int layer) const {
    std::vector<int> kept;
    for (int i = 0; i < hp_.n_layers; ++i) {
      if (i != layer) kept.push_back(i);
    }
    return kept;
  }

  ThreadPool pool_{2};
  const Reference reference_ = read_reference(kFolder + GetParam());
  ImportedModel whole_;
  Hyperparameters hp_;
  bool skips_ = false;
};

TEST_P(PrunedFamily, ALayerLeftOutIsALayerThatAddsNothingToTheBit) {
  if (hp_.n_layers < 2) GTEST_SKIP() << "one layer";
  for (int layer = 0; layer < hp_.n_layers; ++layer) {
    const auto pruned = prune(whole_, "whole", {.layers = without(layer)});
    if (hp_.n_experts > 0 || skips_) {
      ASSERT_FALSE(pruned);
      EXPECT_EQ(pruned.error().kind, ErrorKind::kUnsupported);
      continue;
    }
    ASSERT_TRUE(pruned) << pruned.error().message;
    ImportedModel silent = whole_;
    for (ImportedTensor& tensor : silent.tensors) {
      if (is_output(tensor.name, layer)) tensor = with_zeros(tensor, [](int64_t) { return false; });
    }
    const std::vector<float> expected = logits(silent);
    ASSERT_FALSE(expected.empty());
    EXPECT_EQ(logits(*pruned), expected) << "layer " << layer;
  }
}

// Sums over the channels are of other lengths and so of another order: the bound is that of float32, as in
// family_golden_test.cpp.
TEST_P(PrunedFamily, AChannelLeftOutIsAChannelThatAddsNothing) {
  KeptParts kept{.layers = without(-1)};
  for (int layer = 0; layer < hp_.n_layers; ++layer) {
    std::vector<int64_t> channels;
    for (int64_t c = 0; c < hp_.layers[0].ffn_size / 2; ++c) channels.push_back(2 * c + (layer + c / 3) % 2);
    kept.channels.push_back(channels);
  }
  const auto pruned = prune(whole_, "whole", kept);
  if (hp_.n_experts > 0) {
    ASSERT_FALSE(pruned);
    EXPECT_EQ(pruned.error().kind, ErrorKind::kUnsupported);
    return;
  }
  ASSERT_TRUE(pruned) << pruned.error().message;
  ImportedModel silent = whole_;
  for (ImportedTensor& tensor : silent.tensors) {
    for (int layer = 0; layer < hp_.n_layers; ++layer) {
      if (tensor.name != down_projection(layer)) continue;
      tensor = with_zeros(tensor, [channels = kept.channels[static_cast<size_t>(layer)]](int64_t column) {
        return std::binary_search(channels.begin(), channels.end(), column);
      });
    }
  }
  const std::vector<float> expected = logits(silent), got = logits(*pruned);
  ASSERT_FALSE(expected.empty());
  ASSERT_EQ(got.size(), expected.size());
  EXPECT_LE(max_difference(got, expected), 1e-4f);
  EXPECT_GT(max_difference(got, logits(whole_)), 1e-3f) << "the channels left out did matter";
}

// Layers are left out of the model in memory while they are tried: what is measured there is what the file loses.
TEST_P(PrunedFamily, LosesWhatWasMeasuredWhenItWasChosen) {
  if (hp_.n_layers < 2 || hp_.n_experts > 0 || skips_) GTEST_SKIP() << "cannot be pruned";
  std::vector<Example> text(4);
  for (size_t i = 0; i < text.size(); ++i) {
    text[i].tokens.assign(reference_.tokens.begin() + static_cast<int64_t>(i), reference_.tokens.end());
    text[i].learns.assign(text[i].tokens.size(), 1);
    text[i].learns[0] = 0;
  }
  const ShrinkTexts texts{text, text, text};
  const auto shallow = prune_by_loss(whole_, "whole", texts, {.n_layers = hp_.n_layers - 1}, pool_, nullptr);
  ASSERT_TRUE(shallow) << shallow.error().message;
  const PruneReport& report = shallow->report;
  ASSERT_EQ(report.left_out.size(), 1u);
  EXPECT_GT(report.divergence, 0);
  EXPECT_NEAR(report.left_out[0].divergence, report.divergence, 1e-9);

  const auto narrow = prune_by_loss(whole_, "whole", texts, {.ffn_size = hp_.ffn_size / 2}, pool_, nullptr);
  ASSERT_TRUE(narrow) << narrow.error().message;
  EXPECT_GT(narrow->report.divergence, 0);
  EXPECT_EQ(narrow->report.ffn_size, hp_.ffn_size / 2);
}

std::string case_name(const ::testing::TestParamInfo<std::string>& info) { return info.param; }
INSTANTIATE_TEST_SUITE_P(Families, PrunedFamily, ::testing::ValuesIn(folder_names(kFolder)), case_name);

}  // namespace
}  // namespace ondol
