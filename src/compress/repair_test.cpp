#include "compress/repair.h"

#include <gtest/gtest.h>

#include <cmath>

#include "compress/divergence_meter.h"
#include "compress/test_examples.h"
#include "compress/trial_model.h"
#include "model/storage_type.h"
#include "tensor/quant/f32.h"
#include "tensor/quant/q4_0.h"

namespace ondol {
namespace {

class RepairTest : public testing::Test {
 protected:
  ThreadPool pool_{2};
  ImportedModel original_ = as_stored(*make_random_checkpoint(kTinyShape, dtype_of<F32>, 5));
  std::vector<Example> examples_ = tiny_examples(300, 1);

  DType type_of(size_t tensor) const {
    const ImportedTensor& own = original_.tensors[tensor];
    return stays_f32(own.name, own.shape) ? dtype_of<F32> : dtype_of<Q4_0>;
  }

  // KL(original || model stored in its types)
  double divergence(const ImportedModel& model) {
    const auto exact = TrialModel::create(original_, "tiny", pool_), stored = TrialModel::create(model, "tiny", pool_);
    EXPECT_TRUE(exact && stored);
    for (size_t i = 0; i < model.tensors.size(); ++i) { EXPECT_TRUE((*stored)->store(i, type_of(i), {})); }
    const auto others = tiny_examples(20, 2);
    auto meter = DivergenceMeter::create((*exact)->model(), pool_, others, 400);
    EXPECT_TRUE(meter);
    return *meter->measure((*stored)->model());
  }

  Result<ImportedModel> run(const RepairOptions& options) {
    return repair(
        original_, original_, "tiny",
        [&](size_t tensor) {
          return StoredAs{type_of(tensor), {}};
        },
        examples_, options, pool_, nullptr);
  }
};

TEST_F(RepairTest, WinsBackPartOfWhatQuantisingLost) {
  const double before = divergence(original_);
  const auto repaired = run({.n_steps = 60, .step_tokens = 960, .learning_rate = 3e-4});
  ASSERT_TRUE(repaired) << repaired.error().message;
  EXPECT_GT(before, 1e-4);
  const double after = divergence(*repaired);
  EXPECT_LT(after, 0.8 * before) << "on text it did not learn";
}

TEST_F(RepairTest, IsTheSameForTheSameSeed) {
  const RepairOptions options{.n_steps = 5, .step_tokens = 480};
  const auto a = run(options), b = run(options);
  ASSERT_TRUE(a && b);
  for (size_t i = 0; i < a->tensors.size(); ++i) {
    const int64_t n_rows = a->tensors[i].shape.n_rows();
    std::vector<uint8_t> of_a(static_cast<size_t>(a->tensors[i].shape.n_elements()) * sizeof(float)), of_b(of_a.size());
    a->tensors[i].read_rows(0, n_rows, of_a.data());
    b->tensors[i].read_rows(0, n_rows, of_b.data());
    EXPECT_EQ(of_a, of_b) << a->tensors[i].name;
  }
}

TEST_F(RepairTest, SaysWhenTheLearningRateIsTooHigh) {
  const auto repaired = run({.n_steps = 200, .step_tokens = 480, .learning_rate = 10});
  ASSERT_FALSE(repaired);
  EXPECT_EQ(repaired.error().kind, ErrorKind::kBadInput);
}

}  // namespace
}  // namespace ondol
