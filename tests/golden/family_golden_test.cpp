// Logits of every family's tiny models against transformers in float32 (tools/reference/family_goldens.py), for every
// kernel table this machine runs, from Hugging Face folder to GGUF to logits.
#include <gtest/gtest.h>

#include <algorithm>

#include "kernel/dispatch.h"
#include "model/import/import.h"
#include "reference.h"

namespace ondol {
namespace {

const std::string kFolder = std::string(ONDOL_SOURCE_DIR) + "/tests/golden/family/";

class FamilyGolden : public ::testing::TestWithParam<std::string> {
 protected:
  const std::string folder_ = kFolder + GetParam();
  const Reference reference_ = read_reference(folder_);
};

// The bound is the project's: both sides compute in float32 and differ in the order of sums only.  Matrices stored in a
// quantised type (gpt-oss) meet activations of eight bits: half a percent a product, 0.066 was measured.
TEST_P(FamilyGolden, AgreesWithTransformersInFloat32) {
  const auto imported = import_model(folder_, "");
  ASSERT_TRUE(imported) << imported.error().message;
  const bool all_floats = std::all_of(imported->tensors.begin(), imported->tensors.end(),
                                      [](const ImportedTensor& tensor) { return tensor.dtype.info().is_float; });
  for (const Kernels* table : runnable()) {
    for (const char* type : {"F32", static_cast<const char*>(nullptr)}) {
      const auto logits = in_child(table->isa, reference_.logits.size(),
                                   [&] { return compute_logits(folder_, reference_, {.type = type}); });
      ASSERT_EQ(logits.size(), reference_.logits.size()) << table->isa;
      const float bound = type || all_floats ? 1e-4f : 0.15f;
      EXPECT_LE(max_difference(logits, reference_.logits), bound) << table->isa << ", " << (type ? type : "as stored");
    }
  }
}

TEST_P(FamilyGolden, IsTheSameBitForBitForEveryChunking) {
  const auto whole = compute_logits(folder_, reference_, {.kv_type = KvType::kF16});
  ASSERT_EQ(whole.size(), reference_.logits.size());
  for (const int64_t chunk : {1, 7, 33}) {
    EXPECT_EQ(compute_logits(folder_, reference_, {.kv_type = KvType::kF16, .chunk = chunk}), whole) << chunk;
  }
}

TEST_P(FamilyGolden, IsTheSameBitForBitHoweverItsWeightsLie) {
  const auto repacked = compute_logits(folder_, reference_, {});
  ASSERT_EQ(repacked.size(), reference_.logits.size());
  EXPECT_EQ(compute_logits(folder_, reference_, {.layout = Layout::kRun}), repacked) << "mapped in run layout";
  EXPECT_EQ(compute_logits(folder_, reference_, {.low_memory = true}), repacked) << "left in file layout";
}

std::string case_name(const ::testing::TestParamInfo<std::string>& info) { return info.param; }
INSTANTIATE_TEST_SUITE_P(Families, FamilyGolden, ::testing::ValuesIn(folder_names(kFolder)), case_name);

}  // namespace
}  // namespace ondol
