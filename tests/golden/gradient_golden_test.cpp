// Gradients of every dense family's tiny model against PyTorch's of the transformers class in float32
// (tools/reference/family_goldens.py): the gradient of each tensor, as the importer names and arranges it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "base/test_folder.h"
#include "format/safetensors.h"
#include "model/import/import.h"
#include "model/model.h"
#include "reference.h"
#include "tune/backprop.h"
#include "tune/loss.h"

namespace ondol {
namespace {

namespace fs = std::filesystem;

const std::string kFolder = std::string(ONDOL_SOURCE_DIR) + "/tests/golden/family/";

std::vector<std::string> families_with_gradients() {
  std::vector<std::string> names = folder_names(kFolder);
  std::erase_if(names, [](const std::string& name) { return !fs::exists(kFolder + name + "/gradient.safetensors"); });
  return names;
}

// The folder's tensors as F32 in GGUF's order and names, loaded.
Result<Model> import_as_f32(const std::string& folder, ThreadPool& pool) {
  TestFolder scratch;
  TRY(const ImportedModel imported, import_model(folder, ""));
  TRY(write_model(scratch.path("m.gguf"), imported, dtype_of<F32>, pool));
  return load_model(scratch.path("m.gguf"), pool, {.low_memory = true});
}

// Tensors that the importer adds one to, as their family stores the weight less one.
bool is_stored_less_one(const Architecture& arch, const std::string& name) {
  return std::any_of(arch.tensors.begin(), arch.tensors.end(), [&](const TensorName& tensor) {
    for (int layer = 0; layer < 8; ++layer) {
      if (tensor.plus_one && tensor_name(tensor.gguf, layer) == name) return true;
    }
    return false;
  });
}

PackedBatch as_batch(const std::vector<TokenId>& tokens) {
  PackedBatch batch{.tokens = tokens, .sequences = {{0, std::ssize(tokens)}}};
  for (size_t i = 0; i + 1 < tokens.size(); ++i) batch.targets.push_back({static_cast<int64_t>(i), tokens[i + 1]});
  return batch;
}

double largest(const std::vector<float>& values) {
  double most = 0;
  for (const float value : values) most = std::max(most, std::abs(static_cast<double>(value)));
  return most;
}

class GradientGolden : public ::testing::TestWithParam<std::string> {
 protected:
  // Every tensor's gradient must be within 1e-4 of PyTorch's, relative to the tensor's largest: the project's bound.  A
  // gradient that is zero but for rounding (of a bias that moves all of a query's scores alike) is held to the model's.
  template <class T>
  void expect_agreement() {
    ThreadPool pool(2);
    const std::string folder = kFolder + GetParam();
    const auto model = import_as_f32(folder, pool);
    ASSERT_TRUE(model) << model.error().message;
    TestFolder scratch;
    fs::copy(folder + "/config.json", scratch.path("config.json"));
    fs::copy(folder + "/gradient.safetensors", scratch.path("model.safetensors"));
    const auto reference_model = import_as_f32(scratch.path(""), pool);
    ASSERT_TRUE(reference_model) << reference_model.error().message;
    const auto reference = Network<float>::full(*reference_model);
    ASSERT_TRUE(reference) << reference.error().message;
    const auto file = open_checkpoint(folder + "/gradient.safetensors");
    ASSERT_TRUE(file);

    auto network = Network<T>::full(*model);
    ASSERT_TRUE(network) << network.error().message;
    const PackedBatch batch = as_batch(read_reference(folder).tokens);
    Compute<T> compute(pool, Precision::kF32);
    const double n = static_cast<double>(batch.targets.size());
    const double loss = backprop(*network, compute, batch, label_loss(compute, batch, model->hp.vocab_size), {}) / n;
    EXPECT_NEAR(loss, std::stod(std::string(*file->metadata.get_string("loss"))), 1e-5);
    double largest_of_all = 0;
    for (const Parameter<float>& p : reference->parameters()) {
      if (p.name != "bskcn_tv.weight" && !is_stored_less_one(*model->arch, p.name)) {
        largest_of_all = std::max(largest_of_all, largest(p.value));
      }
    }
    int n_compared = 0;
    for (const Parameter<T>& p : network->parameters()) {
      if (p.name == "bskcn_tv.weight") continue;  // a setting to PyTorch, no weight
      const Parameter<float>* theirs = reference->find(p.name);
      ASSERT_NE(theirs, nullptr) << p.name;
      std::vector<float> want = theirs->value, difference;
      if (is_stored_less_one(*model->arch, p.name)) {
        for (float& value : want) value -= 1;
      }
      for (size_t i = 0; i < want.size(); ++i) {
        difference.push_back(static_cast<float>(static_cast<double>(p.gradient[i]) / n) - want[i]);
      }
      EXPECT_LE(largest(difference), 1e-4 * std::max(largest(want), 1e-3 * largest_of_all)) << p.name;
      ++n_compared;
    }
    EXPECT_GT(n_compared, 10);
  }
};

TEST_P(GradientGolden, AgreesWithPyTorch) { expect_agreement<float>(); }
TEST_P(GradientGolden, AgreesWithPyTorchByTheDefinition) { expect_agreement<double>(); }

// The shares of block skips, where a layer mixes in both kept states: PyTorch's class holds them as settings.
TEST(GradientOfBlockSkips, AgreesWithDifferences) {
  ThreadPool pool(2);
  const std::string folder = kFolder + "solar_odd";
  const auto model = import_as_f32(folder, pool);
  ASSERT_TRUE(model) << model.error().message;
  auto network = Network<double>::full(*model);
  ASSERT_TRUE(network);
  const PackedBatch batch = as_batch(read_reference(folder).tokens);
  Compute<double> compute(pool, Precision::kF32);
  const auto loss = [&](bool gradients) {
    return backprop(*network, compute, batch, label_loss(compute, batch, model->hp.vocab_size),
                    {.gradients = gradients});
  };
  loss(true);
  Parameter<double>* shares = nullptr;
  for (Parameter<double>& p : network->parameters()) {
    if (p.name == "bskcn_tv.weight") shares = &p;
  }
  ASSERT_NE(shares, nullptr);
  for (size_t i = 0; i < 2; ++i) {
    const double at = shares->value[i];
    const auto slope = [&](double width) {
      shares->value[i] = at + width;
      const double above = loss(false);
      shares->value[i] = at - width;
      const double below = loss(false);
      shares->value[i] = at;
      return (above - below) / (2 * width);
    };
    const double wide = slope(2e-3), narrow = slope(1e-3);
    EXPECT_NEAR((4 * narrow - wide) / 3, shares->gradient[i], 1e-6 * std::abs(shares->gradient[i])) << i;
  }
}

std::string case_name(const ::testing::TestParamInfo<std::string>& info) { return info.param; }
INSTANTIATE_TEST_SUITE_P(Families, GradientGolden, ::testing::ValuesIn(families_with_gradients()), case_name);

}  // namespace
}  // namespace ondol
