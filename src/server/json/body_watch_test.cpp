#include "server/json/body_watch.h"

#include <gtest/gtest.h>

namespace ondol {
namespace {

std::string object_of(int n_keys) {
  std::string text = "{";
  for (int i = 0; i < n_keys; ++i) text.append(i > 0 ? ",\"" : "\"").append(std::to_string(i)).append("\":0");
  return text + "}";
}

BodyWatch::Fault fault_of(const std::string& text) {
  BodyWatch watch;
  Json::sax_parse(text, &watch);
  return watch.fault();
}

TEST(BodyWatch, StopsAtAnObjectWhoseKeysWouldTakeTooLongToFind) {
  EXPECT_EQ(fault_of(object_of(4096)), BodyWatch::Fault::kNone);
  EXPECT_EQ(fault_of(object_of(10'000)), BodyWatch::Fault::kTooLarge);
  // many small objects are no trouble
  std::string list = "[";
  for (int i = 0; i < 10'000; ++i) list += object_of(4) + ",";
  EXPECT_EQ(fault_of(list + "0]"), BodyWatch::Fault::kNone);
}

TEST(BodyWatch, FindsAKeyThatStandsTwiceInOneObjectOnly) {
  EXPECT_EQ(fault_of(R"({"a": {"a": [{"a": 1}, {"a": 2}]}})"), BodyWatch::Fault::kNone);
  EXPECT_EQ(fault_of(R"({"b": {}, "a": {"c": 1}, "a": 2})"), BodyWatch::Fault::kKeyTwice);
}

}  // namespace
}  // namespace ondol
