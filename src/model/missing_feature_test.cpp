#include "model/missing_feature.h"

#include <gtest/gtest.h>

#include "model/architecture.h"

namespace ondol {
namespace {

TEST(MissingFeature, IsNamedForFamiliesThatCannotRunAndForNoOthers) {
  EXPECT_NE(missing_feature("mamba").find("state-space"), std::string::npos);
  EXPECT_NE(missing_feature("gemma3n"), "");
  EXPECT_EQ(missing_feature("no-such-family"), "");
  for (const Architecture& arch : all_architectures()) {
    for (const std::string& name : arch.gguf_names) EXPECT_EQ(missing_feature(name), "") << name;
  }
}

}  // namespace
}  // namespace ondol
