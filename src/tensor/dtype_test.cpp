#include "tensor/dtype.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

TEST(DType, ListsTheTypesOfTheGgufSpecificationAndOurOwn) {
  struct Expected {
    const char* name;
    uint32_t gguf_id;
    int block_weights, block_bytes;
  };
  // GGUF spec, enum ggml_type; sizes as package gguf lists them (GGML_QUANT_SIZES).
  constexpr Expected kExpected[] = {
      {"F32", 0, 1, 4},         {"F16", 1, 1, 2},        {"Q4_0", 2, 32, 18},      {"Q4_1", 3, 32, 20},
      {"Q5_0", 6, 32, 22},      {"Q5_1", 7, 32, 24},     {"Q8_0", 8, 32, 34},      {"Q2_K", 10, 256, 84},
      {"Q3_K", 11, 256, 110},   {"Q4_K", 12, 256, 144},  {"Q5_K", 13, 256, 176},   {"Q6_K", 14, 256, 210},
      {"IQ2_XXS", 16, 256, 66}, {"IQ2_XS", 17, 256, 74}, {"IQ3_XXS", 18, 256, 98}, {"IQ1_S", 19, 256, 50},
      {"IQ4_NL", 20, 32, 18},   {"IQ3_S", 21, 256, 110}, {"IQ2_S", 22, 256, 82},   {"IQ4_XS", 23, 256, 136},
      {"IQ1_M", 29, 256, 56},   {"BF16", 30, 1, 2},      {"TQ1_0", 34, 256, 54},   {"TQ2_0", 35, 256, 66},
      {"MXFP4", 39, 32, 17}};
  // docs/formats.md
  constexpr Expected kOurs[] = {{"OT2", 0x4F4E00F4, 32, 9},
                                {"OT2_5", 0x4F4E00F5, 32, 11},
                                {"OT3", 0x4F4E00F6, 32, 13},
                                {"OT4", 0x4F4E00F8, 32, 17}};
  EXPECT_EQ(all_types().size(), std::size(kExpected) + std::size(kOurs));
  const auto check = [](const Expected& expected) {
    const auto dtype = find_type_by_gguf_id(expected.gguf_id);
    ASSERT_TRUE(dtype) << expected.name;
    EXPECT_STREQ(dtype->name(), expected.name);
    EXPECT_EQ(dtype->info().block_weights, expected.block_weights) << expected.name;
    EXPECT_EQ(dtype->info().block_bytes, expected.block_bytes) << expected.name;
    EXPECT_EQ(find_type(expected.name), dtype);
  };
  for (const Expected& expected : kExpected) check(expected);
  for (const Expected& expected : kOurs) check(expected);
}

TEST(DType, FindsNamesInAnyCaseAndRefusesOthers) {
  EXPECT_EQ(find_type("q4_k"), dtype_of<Q4_K>);
  EXPECT_EQ(find_type("bf16"), dtype_of<BF16>);
  EXPECT_FALSE(find_type("Q4_K_M"));
  EXPECT_FALSE(find_type(""));
  EXPECT_FALSE(find_type_by_gguf_id(4));
  EXPECT_FALSE(find_type_by_gguf_id(0xffffffffu));
}

TEST(DType, CountsBytesInBlocks) {
  EXPECT_EQ(dtype_of<Q4_0>.size_bytes(64), 36);
  EXPECT_EQ(dtype_of<F32>.size_bytes(3), 12);
  EXPECT_EQ(dtype_of<Q6_K>.size_bytes(int64_t{1} << 40), (int64_t{1} << 32) * 210);
}

}  // namespace
}  // namespace ondol
