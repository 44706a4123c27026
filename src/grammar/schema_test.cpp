// The validator against the official test suite of JSON Schema 2020-12, and what the suite does not ask.
#include "grammar/schema.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "grammar/schema_validator.h"

namespace ondol {
namespace {

namespace fs = std::filesystem;

// 1 and 0 for yes and no, -1 for an error.
int judged(std::string_view schema_text, std::string_view text) {
  const auto schema = Schema::parse(schema_text);
  if (!schema) return -1;
  const auto judgement = judge(**schema, text);
  return judgement ? judgement->valid : -1;
}
std::string error_of(std::string_view schema_text) {
  const auto schema = Schema::parse(schema_text);
  return schema ? "" : schema.error().message;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

TEST(SchemaSuite, JudgesTheRequiredGroups) {
  const fs::path folder = ONDOL_SOURCE_DIR "/../shared/data/json-schema-suite/tests/draft2020-12";
  if (!fs::exists(folder)) GTEST_SKIP() << "the JSON Schema test suite is not in ../shared/data";
  int n_groups = 0, n_passed = 0, n_unsupported = 0, n_wrongly_accepted = 0;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& path : files) {
    const auto groups = parse_json(read_file(path));
    ASSERT_TRUE(groups) << path << groups.error().message;
    for (const JsonValue& group : groups->items) {
      ++n_groups;
      const std::string name = path.stem().string() + ": " + group.find("description")->text;
      const auto schema = Schema::parse(to_json(*group.find("schema")));
      if (!schema) {
        ++n_unsupported;
        std::printf("unsupported  %s  (%s)\n", name.c_str(), schema.error().message.c_str());
        continue;
      }
      bool all_right = true;
      for (const JsonValue& test : group.find("tests")->items) {
        const bool wanted = test.find("valid")->boolean;
        const auto judgement = judge(**schema, to_json(*test.find("data")));
        const bool valid = judgement && judgement->valid;
        if (judgement && valid == wanted) continue;
        all_right = false;
        n_wrongly_accepted += valid && !wanted;
        std::printf("wrong  %s: %s  (%s)\n", name.c_str(), test.find("description")->text.c_str(),
                    judgement ? judgement->reason.c_str() : judgement.error().message.c_str());
      }
      n_passed += all_right;
    }
  }
  std::printf("%d of %d groups pass\n", n_passed, n_groups);
  EXPECT_EQ(n_wrongly_accepted, 0);
  EXPECT_EQ(n_passed + n_unsupported, n_groups);
  EXPECT_GE(n_passed * 100, n_groups * 90);  // the others refer to schemas elsewhere, or change the dialect
}

TEST(SchemaValidator, ReadsAnyOrderSpaceAndEscape) {
  const char* schema =
      R"({"type":"object","properties":{"a":{"const":"é"},"b":{"type":"integer"}},"required":["a","b"]})";
  EXPECT_EQ(judged(schema, " { \"b\" : 1.0 ,\n\"\\u0061\":\"\\u00e9\" } "), 1);
  EXPECT_EQ(judged(schema, R"({"b":1,"a":"e"})"), 0);
  EXPECT_EQ(judged(schema, R"({"b":1,"b":1,"a":"é"})"), 0);
  EXPECT_EQ(judged(schema, R"({"b":1,"a":"é"} x)"), 0);
}

TEST(SchemaValidator, ComparesNumbersByValue) {
  EXPECT_EQ(judged(R"({"const":1e2})", "100.0"), 1);
  EXPECT_EQ(judged(R"({"maximum":0.1})", "0.10000000000000000000000001"), 0);
  EXPECT_EQ(judged(R"({"type":"integer"})", "123456789012345678901234567890"), 1);
  EXPECT_EQ(judged(R"({"multipleOf":0.01})", "4.35"), 1);
  EXPECT_EQ(judged(R"({"multipleOf":0.01})", "4.355"), 0);
  EXPECT_EQ(judged(R"({"multipleOf":7})", "1e400"), 0);
}

TEST(SchemaValidator, ReadsOlderDrafts) {
  const char* list = R"({"items":[{"type":"string"}],"additionalItems":false})";
  EXPECT_EQ(judged(list, R"(["a"])"), 1);
  EXPECT_EQ(judged(list, R"(["a",1])"), 0);
  EXPECT_EQ(judged(R"({"minimum":3,"exclusiveMinimum":true})", "3"), 0);
  EXPECT_EQ(judged(R"({"dependencies":{"a":["b"]}})", R"({"a":1})"), 0);
  EXPECT_EQ(judged(R"({"$schema":"http://json-schema.org/draft-07/schema#","definitions":{"a":{"type":"null"}},)"
                   R"("$ref":"#/definitions/a","type":"string"})",
                   "null"),
            1);
}

TEST(Schema, NamesWhatItDoesNotSupport) {
  EXPECT_EQ(error_of(R"({"properties":{"a":{"tpye":"string"}}})"),
            "schema: #/properties/a: the keyword \"tpye\" is not supported; names that begin with \"x-\" are ignored");
  EXPECT_EQ(error_of(R"({"x-order":1,"title":"t"})"), "");
  EXPECT_NE(error_of(R"({"$ref":"https://example.com/a"})").find("nothing is fetched"), std::string::npos);
  EXPECT_NE(error_of(R"({"$ref":"#/nowhere"})"), "");
  EXPECT_NE(error_of(R"({"type":"strnig"})").find("\"type\" must be"), std::string::npos);
  EXPECT_NE(error_of(R"s({"pattern":"(?=a)"})s").find("look-ahead"), std::string::npos);
  EXPECT_NE(error_of(R"({"minLength":-1})").find("minLength"), std::string::npos);
  EXPECT_NE(error_of("[]"), "");
  EXPECT_NE(error_of("{").find("not JSON"), std::string::npos);
}

TEST(Schema, EndsOnHostileInput) {
  std::string deep;
  for (int i = 0; i < 60'000; ++i) deep += "{\"not\":";
  EXPECT_NE(error_of(deep + "true" + std::string(60'000, '}')).find("256"), std::string::npos);
  EXPECT_EQ(judged(R"({"$ref":"#"})", "1"), -1);
  EXPECT_EQ(judged("true", std::string(100'000, '[')), 0);
  std::string chain = R"({"$defs":{"d0":{"type":"string"})";
  for (int i = 1; i < 60; ++i) {
    const std::string below = R"({"$ref":"#/$defs/d)" + std::to_string(i - 1) + "\"}";
    chain += ",\"d" + std::to_string(i) + "\":{\"anyOf\":[" + below + "," + below + "]}";
  }
  EXPECT_EQ(judged(chain + R"(},"$ref":"#/$defs/d59"})", "1"), -1);
}

}  // namespace
}  // namespace ondol
