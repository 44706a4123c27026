#include "model/tensor_name.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

TEST(TensorName, TakesNumbers) {
  EXPECT_EQ(tensor_name("blk.{i}.attn_q.weight", 12), "blk.12.attn_q.weight");
  EXPECT_EQ(tensor_name("output.weight", 12), "output.weight");
  EXPECT_EQ(stacked_name("h.3.norms.{j}.weight", 7), "h.3.norms.7.weight");
}

TEST(TensorName, ListsLayersTogether) {
  const auto list = [](const std::vector<std::string>& names) { return list_names(names); };
  EXPECT_EQ(list({"output.weight"}), "output.weight");
  EXPECT_EQ(list({"blk.3.a"}), "blk.3.a");
  EXPECT_EQ(list({"blk.0.a", "blk.1.a", "blk.2.a", "x", "blk.5.a", "blk.1.b"}), "blk.{0-2,5}.a, x, blk.1.b");
  EXPECT_EQ(list({"a.99999999999999999999.b"}), "a.99999999999999999999.b");
  EXPECT_EQ(list({}), "");
}

TEST(TensorName, StaysALineWhenNamesAreMany) {
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) names.push_back("tensor" + std::string(static_cast<size_t>(i + 1), 'x'));
  EXPECT_NE(list_names(names).find("(+968)"), std::string::npos);
}

}  // namespace
}  // namespace ondol
