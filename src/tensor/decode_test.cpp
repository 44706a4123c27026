// Decoding against the reference: tests/golden/quant/TYPE.decode, written by tools/reference/quant_goldens.py.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "tensor/test_blocks.h"

namespace ondol {
namespace {

std::string read_golden(const std::string& name) {
  std::ifstream file(ONDOL_SOURCE_DIR "/tests/golden/quant/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Decode, AgreesWithTheReferenceBitForBit) {
  for (const TypeInfo& type : all_types()) {
    const std::string golden = read_golden(std::string(type.name) + ".decode");
    const size_t bytes_per_block = static_cast<size_t>(type.block_bytes) + 4 * static_cast<size_t>(type.block_weights);
    const size_t n_blocks = golden.size() / bytes_per_block;
    ASSERT_EQ(golden.size(), n_blocks * bytes_per_block) << type.name;
    ASSERT_GE(n_blocks, 16u) << type.name;

    std::vector<float> expected(n_blocks * static_cast<size_t>(type.block_weights)), actual(expected.size());
    std::memcpy(expected.data(), golden.data() + n_blocks * static_cast<size_t>(type.block_bytes), 4 * expected.size());
    type.decode(golden.data(), actual.data(), static_cast<int64_t>(actual.size()));
    for (size_t i = 0; i < expected.size(); ++i) {
      ASSERT_TRUE(same_number(actual[i], expected[i]))
          << type.name << " weight " << i << ": " << actual[i] << " for " << expected[i];
    }
  }
}

TEST(Decode, ReadsBlocksAtAnyAddress) {
  for (const TypeInfo& type : all_types()) {
    const std::vector<uint8_t> bytes = random_bytes(3, 2 * type.block_bytes + 1);
    const std::vector<uint8_t> moved(bytes.begin() + 1, bytes.end());
    std::vector<float> expected(static_cast<size_t>(2 * type.block_weights)), actual(expected.size());
    type.decode(moved.data(), expected.data(), 2 * type.block_weights);
    type.decode(bytes.data() + 1, actual.data(), 2 * type.block_weights);
    for (size_t i = 0; i < expected.size(); ++i) EXPECT_TRUE(same_number(actual[i], expected[i])) << type.name;
  }
}

}  // namespace
}  // namespace ondol
