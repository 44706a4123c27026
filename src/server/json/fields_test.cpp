#include "server/json/fields.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace ondol {
namespace {

TEST(ParseBody, RefusesWhatIsNotOneObject) {
  for (const char* text : {"", "{", "[]", "1", "{} {}", "{\"a\":}", "\xff", "{\"a\":\"\xff\"}", "{\"a\":1,}", "{'a':1}",
                           "{\"a\":NaN}", "{\"a\":1,\"a\":2}", "{\"b\":{\"a\":1,\"a\":2}}"}) {
    const auto body = parse_body(text);
    ASSERT_FALSE(body.has_value()) << text;
    EXPECT_EQ(body.error().status, 400) << text;
  }
  EXPECT_TRUE(parse_body("{\"a\":{\"b\":1},\"b\":{\"b\":1}}").has_value());
}

TEST(ParseBody, LimitsDepthAndNumberOfValues) {
  const auto nested = [](int depth) {
    return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  EXPECT_TRUE(parse_body(nested(kMaxJsonDepth)).has_value());
  EXPECT_FALSE(parse_body(nested(kMaxJsonDepth + 1)).has_value());
  EXPECT_FALSE(parse_body(std::string(1 << 20, '[')).has_value());
  std::string many = "{\"a\":[1";
  for (int64_t i = 0; i < kMaxJsonValues; ++i) many += ",1";
  EXPECT_FALSE(parse_body(many + "]}").has_value());
  EXPECT_TRUE(parse_body("{\"a\":\"" + std::string(1000, '[') + "\\\"" + std::string(1000, ',') + "\"}").has_value());
}

TEST(Fields, FailsForAFieldNobodyAskedFor) {
  const Json body = {{"a", 1}, {"b", 2}};
  Fields fields(body);
  EXPECT_EQ(fields.integer("a", 0, 10), 1);
  const ApiStatus read = fields.finish();
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().param, "b");
  EXPECT_EQ(read.error().code, "unknown_parameter");
}

TEST(Fields, KeepsTheFirstErrorAndReadsNothingBehindIt) {
  const Json body = {{"a", "x"}, {"b", 200}, {"c", 1}};
  Fields fields(body, "messages[3].");
  EXPECT_FALSE(fields.integer("a", 0, 10).has_value());
  EXPECT_FALSE(fields.integer("b", 0, 10).has_value());
  EXPECT_FALSE(fields.integer("c", 0, 10).has_value());
  ASSERT_FALSE(fields.finish().has_value());
  EXPECT_EQ(fields.finish().error().param, "messages[3].a");
}

TEST(Fields, ReadsNumbersWithinTheirRange) {
  const Json body = {{"whole", 3.0},   {"part", 3.5}, {"huge", UINT64_MAX},
                     {"negative", -1}, {"text", "3"}, {"nothing", nullptr}};
  EXPECT_EQ(Fields(body).integer("whole", 0, 10), 3);
  EXPECT_EQ(Fields(body).number("part", 0, 10), 3.5);
  EXPECT_FALSE(Fields(body).integer("nothing", 0, 10).has_value());
  for (const char* name : {"part", "huge", "negative", "text"}) {
    Fields fields(body);
    EXPECT_FALSE(fields.integer(name, 0, INT64_MAX).has_value()) << name;
    EXPECT_TRUE(fields.failed()) << name;
  }
}

TEST(Fields, TakesOneTextOrSeveral) {
  const Json body = {{"one", "a"}, {"two", {"a", "b"}}, {"mixed", {"a", 1}}, {"many", Json::array({"a", "b", "c"})}};
  EXPECT_EQ(Fields(body).texts("one", 2), std::vector<std::string>{"a"});
  EXPECT_EQ(Fields(body).texts("two", 2), (std::vector<std::string>{"a", "b"}));
  for (const char* name : {"mixed", "many"}) {
    Fields fields(body);
    EXPECT_TRUE(fields.texts(name, 2).empty()) << name;
    EXPECT_TRUE(fields.failed()) << name;
  }
}

TEST(Fields, AnObjectThatIsNoneFails) {
  const Json list = Json::array();
  Fields fields(list, "messages[0].");
  EXPECT_FALSE(fields.text("role").has_value());
  ASSERT_FALSE(fields.finish().has_value());
  EXPECT_EQ(fields.finish().error().param, "messages[0]");
}

}  // namespace
}  // namespace ondol
