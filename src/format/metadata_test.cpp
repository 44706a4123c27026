#include "format/metadata.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

TEST(Metadata, KeepsTheOrderOfItsKeys) {
  Metadata metadata;
  metadata.set_u32("b", 1);
  metadata.set_u32("a", 2);
  metadata.set_u32("c", 3);
  metadata.set_string("a", "new");
  metadata.erase("b");
  metadata.erase("absent");
  ASSERT_EQ(metadata.entries().size(), 2u);
  EXPECT_EQ(metadata.entries()[0].first, "a");
  EXPECT_EQ(metadata.get_string("a"), "new");
  EXPECT_EQ(metadata.get_int("c"), 3);
  EXPECT_FALSE(metadata.find("b"));
}

TEST(Metadata, GivesNothingForAnotherKind) {
  Metadata metadata;
  metadata.set_string("text", "1");
  metadata.set_u32("number", 1);
  metadata.set_f32("float", 0.5f);
  metadata.set_bool("flag", true);
  metadata.set_i32s("numbers", {1, 2});
  metadata.set_f32s("floats", {0.5});
  metadata.set_strings("texts", {"a"});
  EXPECT_FALSE(metadata.get_int("text"));
  EXPECT_FALSE(metadata.get_int("float"));
  EXPECT_FALSE(metadata.get_string("number"));
  EXPECT_FALSE(metadata.get_bool("number"));
  EXPECT_FALSE(metadata.get_ints("number"));
  EXPECT_FALSE(metadata.get_floats("numbers"));
  EXPECT_FALSE(metadata.get_strings("numbers"));
  EXPECT_FALSE(metadata.get_int("absent"));
  EXPECT_EQ(metadata.get_float("number"), 1.0);
  EXPECT_EQ(metadata.get_float("float"), 0.5);
  EXPECT_EQ(metadata.get_bool("flag"), true);
  EXPECT_EQ(metadata.get_ints("numbers")->size(), 2u);
  EXPECT_EQ(metadata.get_floats("floats")->front(), 0.5);
  EXPECT_EQ(metadata.get_strings("texts")->front(), "a");
}

}  // namespace
}  // namespace ondol
