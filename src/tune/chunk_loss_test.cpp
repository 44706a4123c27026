#include "tune/chunk_loss.h"

#include "tune/test_gradient.h"

namespace ondol {
namespace {

using operations::Divergence;

constexpr int64_t kVocab = 9, kTargets = 6;
constexpr Divergence kDivergences[] = {Divergence::kForward, Divergence::kReverse, Divergence::kJensenShannon};

class ChunkLossTest : public ::testing::Test {
 protected:
  ChunkLossTest() {
    SplitMix64 random(3);
    for (int64_t row = 0; row < kTargets; ++row)
      batch_.targets.push_back({row, static_cast<TokenId>(random.below(kVocab))});
    logits_ = random_numbers(random, kTargets * kVocab, 2);
  }
  double loss(std::vector<double>& logits, const ChunkLossOptions& options) {
    return chunk_loss(compute_, batch_, chunks_, kVocab, options)(0, kTargets, logits.data());
  }
  // softmax(row)[next], in the plainest way
  double likelihood(int64_t row) const {
    double sum = 0;
    for (int64_t i = 0; i < kVocab; ++i) sum += std::exp(logits_[static_cast<size_t>(row * kVocab + i)]);
    const auto next = static_cast<int64_t>(batch_.targets[static_cast<size_t>(row)].next);
    return std::exp(logits_[static_cast<size_t>(row * kVocab + next)]) / sum;
  }

  ThreadPool pool_{2};
  Compute<double> compute_{pool_, Precision::kF32};
  PackedBatch batch_;
  std::vector<double> logits_;
  // target 2 is in no chunk
  std::vector<JudgedChunk> chunks_ = {{0, 2, std::log(0.3)}, {3, 1, std::log(0.9)}, {4, 2, std::log(0.02)}};
};

TEST_F(ChunkLossTest, HasItsGradient) {
  for (const Divergence divergence : kDivergences) {
    for (const double temperature : {1.0, 3.0}) {
      const ChunkLossOptions options{divergence, temperature, 0.7};
      std::vector<double> gradient = logits_;
      loss(gradient, options);
      expect_gradient(logits_, gradient, [&] {
        std::vector<double> scratch = logits_;
        return loss(scratch, options);
      });
    }
  }
}

// D(p, q) and D(1 - p, 1 - q), as the divergences of two distributions over {this text, any other}.
TEST_F(ChunkLossTest, IsTheDivergenceOfTwoEvents) {
  const auto entropy_term = [](double a, double b) { return a * std::log(a / b); };
  for (const Divergence divergence : kDivergences) {
    for (const double temperature : {1.0, 2.0}) {
      double labels = 0, drawn = 0;
      for (int64_t row = 0; row < kTargets; ++row) labels -= std::log(likelihood(row));
      for (const JudgedChunk& chunk : chunks_) {
        double product = 1;
        for (int64_t row = chunk.first; row < chunk.first + chunk.n; ++row) product *= likelihood(row);
        const double p = std::pow(std::exp(chunk.log_p), 1 / temperature), q = std::pow(product, 1 / temperature);
        const double m = (p + q) / 2;
        const double forward = entropy_term(p, q) + entropy_term(1 - p, 1 - q);
        const double reverse = entropy_term(q, p) + entropy_term(1 - q, 1 - p);
        const double shannon =
            (entropy_term(p, m) + entropy_term(1 - p, 1 - m) + entropy_term(q, m) + entropy_term(1 - q, 1 - m)) / 2;
        drawn += temperature * (divergence == Divergence::kForward   ? forward
                                : divergence == Divergence::kReverse ? reverse
                                                                     : shannon);
      }
      std::vector<double> scratch = logits_;
      EXPECT_NEAR(loss(scratch, {divergence, temperature, 0.7}), 0.3 * labels + 0.7 * drawn, 1e-12);
    }
  }
}

TEST_F(ChunkLossTest, IsZeroWhereTheStudentSaysTheSame) {
  for (JudgedChunk& chunk : chunks_) {
    chunk.log_p = 0;
    for (int64_t row = chunk.first; row < chunk.first + chunk.n; ++row) chunk.log_p += std::log(likelihood(row));
  }
  for (const Divergence divergence : kDivergences) {
    std::vector<double> gradient = logits_;
    EXPECT_NEAR(loss(gradient, {divergence, 1, 1}), 0, 1e-12);
    for (const double g : gradient) EXPECT_NEAR(g, 0, 1e-12);
  }
}

TEST_F(ChunkLossTest, IsTheSameInPiecesThatCutNoChunk) {
  std::vector<double> whole = logits_, cut = logits_;
  const RowLoss<double> row_loss = chunk_loss(compute_, batch_, chunks_, kVocab, {.share = 0.5});
  const double expected = row_loss(0, kTargets, whole.data());
  const double in_pieces = row_loss(0, 3, cut.data()) + row_loss(3, kTargets - 3, cut.data() + 3 * kVocab);
  EXPECT_NEAR(in_pieces, expected, 1e-12);
  EXPECT_EQ(whole, cut);
}

TEST(LogShare, KeepsWhatIsLeftWhenOneTokenHasNearlyAll) {
  const float sure[] = {0, 30, 1}, unlikely[] = {90, -90, 0}, first[] = {30, 0, 1};
  const float left = std::exp(-30.0f) + std::exp(-29.0f);
  EXPECT_NEAR(log_share(sure, 3, 1) / -left, 1, 1e-5);
  EXPECT_NEAR(log_share(first, 3, 0) / -left, 1, 1e-5);
  EXPECT_FLOAT_EQ(log_share(unlikely, 3, 1), -180);
}

}  // namespace
}  // namespace ondol
