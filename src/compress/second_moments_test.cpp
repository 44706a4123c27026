#include "compress/second_moments.h"

#include <gtest/gtest.h>

#include "compress/test_examples.h"
#include "engine/tiny_engine.h"
#include "model/import/import.h"
#include "tensor/quant/f32.h"

namespace ondol {
namespace {

class SecondMomentsTest : public testing::Test {
 protected:
  ThreadPool pool_{2};
  Checkpoint checkpoint_ = *make_random_checkpoint(kTinyShape, dtype_of<F32>, 5);
  Model model_ = *load_model(checkpoint_, "tiny", pool_, {.low_memory = true});
  std::vector<Example> examples_ = tiny_examples(20, 1);

  SecondMoments measure(int64_t max_bytes) {
    return *measure_second_moments(model_, checkpoint_, pool_, examples_, {.chunk_tokens = 100}, max_bytes,
                                   [](int64_t, int64_t) {});
  }
};

TEST_F(SecondMomentsTest, HaveTheSquaresOfCalibrationOnTheirDiagonals) {
  const auto squares = *calibrate(model_, checkpoint_, pool_, examples_, {.chunk_tokens = 100});
  const SecondMoments moments = measure(1 << 30);
  ASSERT_EQ(moments.size(), squares.importance.matrices.size());
  for (const auto& [name, moment] : moments) {
    const MatrixImportance& expected = squares.importance.matrices.at(name);
    ASSERT_EQ(moment->n_cols, expected.n_cols);
    EXPECT_EQ(moment->n_tokens, expected.n_tokens[0]) << name;
    for (int64_t i = 0; i < moment->n_cols; ++i) {
      const double square = expected.squares[static_cast<size_t>(i)];
      EXPECT_NEAR(static_cast<double>(moment->sums[static_cast<size_t>(i * (moment->n_cols + 1))]), square,
                  1e-4 * square)
          << name;
    }
  }
}

TEST_F(SecondMomentsTest, AreSharedByMatricesThatReadTheSame) {
  const SecondMoments moments = measure(1 << 30);
  const auto& q = moments.at("blk.0.attn_q.weight");
  EXPECT_EQ(q, moments.at("blk.0.attn_k.weight"));
  EXPECT_EQ(q, moments.at("blk.0.attn_v.weight"));
  EXPECT_NE(q, moments.at("blk.0.attn_output.weight"));
  EXPECT_NE(q, moments.at("blk.1.attn_q.weight"));
  EXPECT_EQ(moments.at("blk.1.ffn_gate.weight"), moments.at("blk.1.ffn_up.weight"));
}

TEST_F(SecondMomentsTest, TakeNoMoreMemoryThanAllowed) {
  const int64_t hidden = checkpoint_.find("blk.0.attn_q.weight")->shape.n_cols();
  const SecondMoments moments = measure(hidden * hidden * static_cast<int64_t>(sizeof(float)));
  EXPECT_TRUE(moments.contains("blk.0.attn_q.weight"));
  EXPECT_TRUE(moments.contains("blk.0.attn_v.weight"));
  EXPECT_FALSE(moments.contains("blk.1.attn_q.weight"));
}

}  // namespace
}  // namespace ondol
