#include "model/storage_type.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

std::string stored(const char* wanted, const Shape& shape, bool is_head = false) {
  return storage_type(*find_type(wanted), shape, is_head).name();
}

TEST(StorageType, KeepsVectorsInF32) { EXPECT_EQ(stored("Q4_0", {256}), "F32"); }

TEST(StorageType, KeepsTheWantedTypeWhereItFits) {
  for (const TypeInfo& type : all_types()) EXPECT_EQ(stored(type.name, {8, 512}), type.name);
}

TEST(StorageType, GivesTheHeadMoreBits) {
  EXPECT_EQ(stored("Q4_0", {8, 2048}, true), "Q6_K");
  EXPECT_EQ(stored("IQ4_XS", {8, 2048}, true), "Q6_K");
  EXPECT_EQ(stored("Q4_0", {8, 576}, true), "Q8_0");
  EXPECT_EQ(stored("Q8_0", {8, 2048}, true), "Q8_0");
  EXPECT_EQ(stored("F16", {8, 2048}, true), "F16");
}

TEST(StorageType, FallsBackToSmallBlocksThenToF16) {
  EXPECT_EQ(stored("Q4_K", {8, 576}), "Q5_0");
  EXPECT_EQ(stored("Q5_K", {8, 576}), "Q5_1");
  EXPECT_EQ(stored("Q6_K", {8, 576}), "Q8_0");
  EXPECT_EQ(stored("Q2_K", {8, 576}), "Q4_0");
  EXPECT_EQ(stored("IQ4_XS", {8, 576}), "IQ4_NL");
  EXPECT_EQ(stored("IQ2_XS", {8, 576}), "IQ4_NL");
  EXPECT_EQ(stored("TQ2_0", {8, 576}), "Q4_0");
  EXPECT_EQ(stored("Q4_K", {8, 100}), "F16");
  EXPECT_EQ(stored("Q4_0", {8, 100}), "F16");
  EXPECT_EQ(stored("Q8_0", {8, 100}, true), "F16");
}

TEST(StorageType, AlwaysFitsTheRow) {
  for (const TypeInfo& type : all_types()) {
    for (const int64_t n_cols : {1, 4, 31, 32, 64, 100, 256, 576}) {
      for (const bool is_head : {false, true}) {
        const DType chosen = storage_type(*find_type(type.name), {2, n_cols}, is_head);
        EXPECT_EQ(n_cols % chosen.info().block_weights, 0) << type.name << " " << n_cols;
      }
    }
  }
}

}  // namespace
}  // namespace ondol
