#include "measure/fit.h"

#include <gtest/gtest.h>

#include "measure/device.h"
#include "model/random_model.h"

namespace ondol {
namespace {

constexpr ModelShape kShape{.name = "small",
                            .n_layers = 4,
                            .hidden_size = 256,
                            .n_heads = 4,
                            .n_kv_heads = 4,
                            .head_dim = 64,
                            .ffn_size = 512,
                            .vocab_size = 512,
                            .context_length = 65536};
const Device kDevice{.ram_bytes = 1 << 30, .n_cores = 2, .limits = {.read_gb_s = 10, .int8_gop_s = 100}};

struct Fixture {
  Checkpoint checkpoint = *make_random_checkpoint(kShape, *find_type("Q8_0"), 1);
  Model outline = *outline_model(checkpoint, "small");
  PlannedRun run{.context_length = 32768, .n_threads = 2, .n_prompt = 32736, .n_predict = 32};
  SpeedPlan speed = estimate_speed(outline, run, kDevice);

  MemoryPlan memory(int64_t context, KvType type = KvType::kF16) {
    return *plan_memory(checkpoint, outline, {context, type, 2, context - 1, 1});
  }
};

TEST(Fit, FindsTheLongestContextWithinMemory) {
  Fixture f;
  const Goal goal{.ram_bytes = f.memory(4096).needed_bytes() + (1 << 20)};
  const auto fits = longest_contexts(f.checkpoint, f.outline, f.run, f.speed, goal);
  ASSERT_TRUE(fits);
  ASSERT_EQ(fits->size(), 3u);
  for (const Fit& fit : *fits) {
    EXPECT_GE(fit.context_length, 4096);
    EXPECT_LE(f.memory(fit.context_length, fit.kv_type).needed_bytes(), goal.ram_bytes);
    EXPECT_GT(f.memory(fit.context_length + kPageLength, fit.kv_type).needed_bytes(), goal.ram_bytes);
  }
  EXPECT_GT((*fits)[1].context_length, (*fits)[0].context_length);  // q8_0 takes half
  EXPECT_GT((*fits)[2].context_length, (*fits)[1].context_length);  // q4_0 a quarter
}

TEST(Fit, FindsTheLongestContextThatIsFastEnough) {
  Fixture f;
  const Goal goal{.tokens_per_s = 1 / f.speed.decode_s(10000)};
  const auto fits = longest_contexts(f.checkpoint, f.outline, f.run, f.speed, goal);
  ASSERT_TRUE(fits);
  EXPECT_EQ((*fits)[0].context_length, 10000 / kPageLength * kPageLength);
}

TEST(Fit, SaysHowSmallTheFileHasToBecome) {
  Fixture f;
  const MemoryPlan memory = f.memory(f.run.context_length);
  const auto file_bytes = [&](const Goal& goal) {
    return fitting_file_bytes(f.outline, f.run, memory, f.speed, goal, 4'000'000);
  };
  EXPECT_EQ(file_bytes({.ram_bytes = memory.needed_bytes()}), 4'000'000);
  const auto smaller = file_bytes({.ram_bytes = memory.needed_bytes() - 1'000'000});
  ASSERT_TRUE(smaller);
  EXPECT_LT(*smaller, 3'500'000);
  EXPECT_GT(*smaller, 2'500'000);
  EXPECT_EQ(file_bytes({.ram_bytes = 1'000'000}), std::nullopt);
  EXPECT_EQ(file_bytes({.tokens_per_s = 1e6}), std::nullopt);
}

TEST(Plan, GrowsWithTheContextAndShrinksWithTheCacheType) {
  Fixture f;
  const MemoryPlan small = f.memory(1024), large = f.memory(8192);
  const int64_t page = kv_cache_page_bytes(KvType::kF16, 4, 4, 64);
  EXPECT_NEAR(static_cast<double>(large.engine.cache_bytes), 256.0 * static_cast<double>(page), 2 << 20);
  EXPECT_GT(large.peak_bytes(), small.peak_bytes());
  EXPECT_LT(f.memory(8192, KvType::kQ8_0).peak_bytes(), large.peak_bytes());
  EXPECT_GE(large.needed_bytes() - large.peak_bytes(), memory_tolerance(large.peak_bytes()));
}

TEST(Plan, EstimatesMoreTimeForLessMachine) {
  Fixture f;
  Device slow = kDevice;
  slow.limits.read_gb_s /= 10;
  EXPECT_GT(estimate_speed(f.outline, f.run, slow).decode_empty_s, f.speed.decode_empty_s);
  EXPECT_GT(f.speed.decode_s(1000), f.speed.decode_s(0));
  Device unknown = kDevice;
  unknown.limits.int8_gop_s = 0;
  EXPECT_EQ(estimate_speed(f.outline, f.run, unknown).prefill_s, 0);
}

}  // namespace
}  // namespace ondol
