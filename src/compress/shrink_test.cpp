#include "compress/shrink.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/test_folder.h"
#include "compress/divergence_meter.h"
#include "compress/test_examples.h"
#include "compress/trial_model.h"
#include "tensor/quant/f16.h"

namespace ondol {
namespace {

TEST(SizeBudget, ReadsBytesAndShares) {
  EXPECT_EQ(parse_size_budget("300M")->size_bytes, 300'000'000);
  EXPECT_EQ(parse_size_budget("1.5GB")->size_bytes, 1'500'000'000);
  EXPECT_EQ(parse_size_budget("512KiB")->size_bytes, 512 * 1024);
  EXPECT_EQ(parse_size_budget("1000")->size_bytes, 1000);
  EXPECT_DOUBLE_EQ(parse_size_budget("12.5%")->share, 0.125);
  for (const char* bad : {"", "M", "-5M", "0", "101%", "5X", "1e99", "nan", "inf", "10 %"}) {
    EXPECT_FALSE(parse_size_budget(bad)) << bad;
  }
}

class ShrinkTest : public testing::Test {
 protected:
  TestFolder folder_;
  ThreadPool pool_{2};
  ImportedModel original_ = as_stored(*make_random_checkpoint(kTinyShape, dtype_of<F32>, 5));
  std::vector<Example> search_ = tiny_examples(8, 1), test_ = tiny_examples(8, 2);
  std::string path_ = folder_.path("small.gguf");

  Result<ShrinkReport> run(const SizeBudget& budget, std::vector<DType> types = {}) {
    return shrink(path_, original_, "tiny", {}, {test_, search_, test_},
                  {.budget = budget, .types = std::move(types), .search_s = 0.2, .n_positions = 100}, pool_,
                  {.force = true});
  }
};

TEST_F(ShrinkTest, HitsTheBudgetFromBelow) {
  for (const double share : {0.9, 0.6, 0.45}) {
    const auto report = run({.size_bytes = 0, .share = share});
    ASSERT_TRUE(report) << report.error().message;
    const auto size = static_cast<int64_t>(std::filesystem::file_size(path_));
    EXPECT_EQ(size, report->size_bytes);
    EXPECT_LE(size, report->budget_bytes);
    EXPECT_GT(static_cast<double>(size), 0.97 * static_cast<double>(report->budget_bytes)) << share;
  }
}

TEST_F(ShrinkTest, ReportsTheDivergenceOfTheFileItWrote) {
  const auto report = run({.size_bytes = 0, .share = 0.5});
  ASSERT_TRUE(report);
  auto file = open_checkpoint(path_);
  ASSERT_TRUE(file);
  const ImportedModel stored = as_stored(std::move(*file));
  const auto original = TrialModel::create(original_, "tiny", pool_),
             written = TrialModel::create(stored, "tiny", pool_);
  ASSERT_TRUE(original && written);
  auto meter = DivergenceMeter::create((*original)->model(), pool_, test_, 400);
  ASSERT_TRUE(meter);
  const auto divergence = meter->measure((*written)->model());
  ASSERT_TRUE(divergence);
  EXPECT_GT(report->test_divergence, 0);
  EXPECT_NEAR(*divergence, report->test_divergence, 1e-6 * report->test_divergence);
}

TEST_F(ShrinkTest, SmallerFilesLoseMore) {
  const auto large = run({.size_bytes = 0, .share = 0.7}), small = run({.size_bytes = 0, .share = 0.4});
  ASSERT_TRUE(large && small);
  EXPECT_LT(large->divergence, small->divergence);
}

TEST_F(ShrinkTest, SearchDoesNotMakeItWorse) {
  const auto report = run({.size_bytes = 0, .share = 0.5});
  ASSERT_TRUE(report);
  EXPECT_LE(report->divergence, report->first_divergence);
}

TEST_F(ShrinkTest, SixteenBitsLoseAlmostNothing) {
  const auto report = run({.size_bytes = 0, .share = 1}, {dtype_of<F16>});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_LT(report->test_divergence, 1e-5);
  EXPECT_EQ(report->size_bytes, report->original_bytes);
}

TEST_F(ShrinkTest, SaysTheLeastThatIsNeeded) {
  const auto report = run({.size_bytes = 5000});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::kBadInput);
  EXPECT_NE(report.error().message.find("5000"), std::string::npos);
  const std::string least = std::to_string(least_shrunk_bytes(original_, {.budget = {}}));
  EXPECT_NE(report.error().message.find(least), std::string::npos) << report.error().message;
  EXPECT_FALSE(std::filesystem::exists(path_));
}

}  // namespace
}  // namespace ondol
