#include "format/gguf_type.h"

#include <gtest/gtest.h>

#include <set>

namespace ondol {
namespace {

TEST(GgufType, GivesEveryTypeANumberOfItsOwnInEachLayout) {
  std::set<uint32_t> numbers;
  for (int index = 0; index < std::ssize(all_types()); ++index) {
    for (const Layout layout : {Layout::kFile, Layout::kRun}) {
      const uint32_t number = gguf_type_number({DType(index), layout});
      EXPECT_TRUE(numbers.insert(number).second) << DType(index).name();
      const auto found = find_stored_type(number);
      ASSERT_TRUE(found) << DType(index).name();
      EXPECT_EQ(found->dtype, DType(index));
      EXPECT_EQ(found->layout, layout);
    }
  }
}

TEST(GgufType, TakesTypesOfOurOwnForNoRunLayout) {
  const DType own = *find_type("OT4");
  EXPECT_EQ(gguf_type_number({own, Layout::kFile}), 0x4F4E00F8u);
  EXPECT_EQ(gguf_type_number({own, Layout::kRun}), 0x4F4E01F8u);
  EXPECT_TRUE(only_ondol_reads({own, Layout::kFile}));
  EXPECT_TRUE(only_ondol_reads({*find_type("Q4_0"), Layout::kRun}));
  EXPECT_FALSE(only_ondol_reads({*find_type("Q4_0"), Layout::kFile}));
  EXPECT_FALSE(run_layout_version(0x4F4E00F8u));
  EXPECT_EQ(run_layout_version(0x4F4E01F8u), 1);
  EXPECT_EQ(run_layout_version(0x4F4E02F8u), 2);
  EXPECT_FALSE(find_stored_type(0x4F4E02F8u));
  EXPECT_FALSE(find_stored_type(0x4F4E0002u));
}

}  // namespace
}  // namespace ondol
