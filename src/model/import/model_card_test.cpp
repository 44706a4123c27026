#include "model/import/model_card.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

TEST(ModelCard, StatesItsLicenceInTheFrontMatter) {
  EXPECT_EQ(find_licence("---\nlanguage: ko\nlicense: apache-2.0\n---\n# Model\n"), "apache-2.0");
  EXPECT_EQ(find_licence("---\r\nlicense: \"mit\" \r\n---\r\n"), "mit");
}

TEST(ModelCard, MayHaveNone) {
  EXPECT_EQ(find_licence(""), "");
  EXPECT_EQ(find_licence("# Model\nlicense: mit\n"), "");
  EXPECT_EQ(find_licence("---\nlanguage: ko\n---\nlicense: mit\n"), "");
  EXPECT_EQ(find_licence("---\nlicense:\n---\n"), "");
  EXPECT_EQ(find_licence("---\nlicense: mit"), "mit");
}

TEST(ModelCard, GivesValidTextOfInvalidBytes) { EXPECT_EQ(find_licence("---\nlicense: m\xFFt\n"), "m\uFFFDt"); }

}  // namespace
}  // namespace ondol
