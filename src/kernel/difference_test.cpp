// Random weight bits and activations: every table against the scalar one.
#include <gtest/gtest.h>

#include <cstdlib>

#include "kernel/test_difference.h"

namespace ondol {
namespace {

// ONDOL_LONG=1 in the environment makes it ten million blocks of each type.
int64_t n_blocks_wanted() {
  const char* wish = std::getenv("ONDOL_LONG");
  return wish != nullptr && *wish == '1' ? 10'000'000 : 3'000;
}

class Difference : public testing::TestWithParam<int> {};

TEST_P(Difference, IsNoneForAnyBits) {
  const DType dtype(GetParam());
  SplitMix64 random(static_cast<uint64_t>(GetParam()));
  std::vector<uint8_t> bits(1 << 16);
  int64_t n_blocks = 0;
  while (n_blocks < n_blocks_wanted()) {
    for (size_t i = 0; i < bits.size(); i += sizeof(uint64_t)) {
      const uint64_t word = random.next();
      std::memcpy(bits.data() + i, &word, sizeof word);
    }
    // the same 64 KiB serve a few cases: drawing them takes longer than multiplying
    for (int i = 0; i < 8; ++i) {
      const ProductCase c = make_product_case(dtype, random.next(), std::span(bits).subspan(static_cast<size_t>(i)));
      const std::string difference = product_difference(c);
      ASSERT_EQ(difference, "");
      n_blocks += c.n_blocks();
    }
  }
  RecordProperty("blocks", std::to_string(n_blocks));
}

std::string type_name(const testing::TestParamInfo<int>& info) { return DType(info.param).name(); }

INSTANTIATE_TEST_SUITE_P(Types, Difference, testing::Range(0, static_cast<int>(all_types().size())), type_name);

}  // namespace
}  // namespace ondol
