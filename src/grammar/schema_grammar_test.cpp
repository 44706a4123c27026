// What the schema grammar lets a model write, against the validator: on the official suite's schemas and on ours.
#include "grammar/schema_grammar.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "grammar/json_guard.h"
#include "grammar/matcher.h"
#include "grammar/sample_text.h"
#include "grammar/schema_validator.h"

namespace ondol {
namespace {

namespace fs = std::filesystem;

struct Compiled {
  std::shared_ptr<const Schema> schema;
  SchemaGrammar grammar;
};
Result<Compiled> compile(std::string_view text) {
  TRY(auto schema, Schema::parse(text));
  TRY(auto grammar, schema_grammar(*schema));
  return Compiled{std::move(schema), std::move(grammar)};
}

// Checks that what the grammar writes obeys the schema; returns how many samples ended.
int check_samples(const Compiled& compiled, int n, const std::string& name) {
  int n_ended = 0;
  for (int i = 0; i < n; ++i) {
    const auto text = sample_text(compiled.grammar, static_cast<uint64_t>(i));
    if (!text) continue;
    ++n_ended;
    const auto judgement = judge(*compiled.schema, *text);
    EXPECT_TRUE(judgement && judgement->valid)
        << name << ": " << *text << ": " << (judgement ? judgement->reason : judgement.error().message);
  }
  return n_ended;
}

int writes(std::string_view schema, std::string_view text) {
  const auto compiled = compile(schema);
  if (!compiled) return -1;
  const auto found = matches(compiled->grammar.grammar, text);
  return found ? *found : -1;
}
std::string error_of(std::string_view schema) {
  const auto compiled = compile(schema);
  return compiled ? "" : compiled.error().message;
}

TEST(SchemaGrammar, WritesOnlyWhatTheValidatorAccepts) {
  const fs::path folder = ONDOL_SOURCE_DIR "/../shared/data/json-schema-suite/tests/draft2020-12";
  if (!fs::exists(folder)) GTEST_SKIP() << "the JSON Schema test suite is not in ../shared/data";
  int n_groups = 0, n_compiled = 0, n_impossible = 0, n_samples = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    const auto groups = parse_json(bytes.str());
    ASSERT_TRUE(groups);
    for (const JsonValue& group : groups->items) {
      const auto schema = Schema::parse(to_json(*group.find("schema")));
      if (!schema) continue;
      ++n_groups;
      const std::string name = entry.path().stem().string() + ": " + group.find("description")->text;
      auto grammar = schema_grammar(**schema);
      if (!grammar) {
        const bool nothing_fits = grammar.error().message.find("no text at all") != std::string::npos;
        n_impossible += nothing_fits;
        if (!nothing_fits) std::printf("refused  %s  (%s)\n", name.c_str(), grammar.error().message.c_str());
        continue;
      }
      ++n_compiled;
      n_samples += check_samples({*schema, *grammar}, 10, name);
    }
  }
  std::printf("%d of %d schemas can be obeyed while generating, %d hold nothing; %d samples\n", n_compiled, n_groups,
              n_impossible, n_samples);
  EXPECT_GT(n_samples, n_compiled * 5);
}

TEST(SchemaGrammar, WritesObjectsInOrder) {
  const char* schema =
      R"({"type":"object","properties":{"이름":{"type":"string"},"나이":{"type":"integer","minimum":0,"maximum":150},)"
      R"("tags":{"type":"array","items":{"enum":["a","b"]},"maxItems":2}},"required":["이름"],"additionalProperties":false})";
  EXPECT_EQ(writes(schema, R"({"이름":"홍길동","나이":150})"), 1);
  EXPECT_EQ(writes(schema, "{\"이름\": \"홍\\n\", \"tags\": [\"a\", \"b\"]}"), 1);
  EXPECT_EQ(writes(schema, "{\n  \"이름\": \"\"\n}"), 1);
  EXPECT_EQ(writes(schema, R"({"나이":1})"), 0);
  EXPECT_EQ(writes(schema, R"({"이름":"a","나이":151})"), 0);
  EXPECT_EQ(writes(schema, R"({"이름":"a","tags":["a","b","a"]})"), 0);
  EXPECT_EQ(writes(schema, R"({"이름":"a","other":1})"), 0);
}

TEST(SchemaGrammar, KeepsNumbersInBounds) {
  const char* schema = R"({"type":"number","minimum":-1.5,"exclusiveMaximum":12.25})";
  for (const char* good : {"-1.5", "-1.50", "-1.4999", "0", "-0", "12", "12.2", "12.249999", "0.001"})
    EXPECT_EQ(writes(schema, good), 1) << good;
  for (const char* bad : {"-1.51", "-2", "12.25", "12.250", "13", "100", "012", "1.", ".5"})
    EXPECT_EQ(writes(schema, bad), 0) << bad;
  EXPECT_EQ(writes(R"({"type":"integer","exclusiveMinimum":99,"maximum":1000})", "99"), 0);
  EXPECT_EQ(writes(R"({"type":"integer","exclusiveMinimum":99,"maximum":1000})", "1000"), 1);
  EXPECT_EQ(writes(R"({"type":"integer","exclusiveMinimum":99,"maximum":1000})", "1001"), 0);
  EXPECT_EQ(writes(R"({"type":"number","multipleOf":0.25})", "3.75"), 1);
  EXPECT_EQ(writes(R"({"type":"number","multipleOf":0.25})", "3.8"), 0);
  EXPECT_EQ(writes(R"({"type":"integer","multipleOf":7,"minimum":15})", "14"), 0);
  EXPECT_EQ(writes(R"({"type":"integer","multipleOf":7,"minimum":15})", "21"), 1);
  EXPECT_EQ(writes(R"({"type":"number","not":{"const":5}})", "5.0"), 0);
}

TEST(SchemaGrammar, WritesTextsOfPatternsAndFormats) {
  EXPECT_EQ(writes(R"({"type":"string","pattern":"^[a-c]+$","minLength":2,"maxLength":3})", "\"abc\""), 1);
  EXPECT_EQ(writes(R"({"type":"string","pattern":"^[a-c]+$","minLength":2,"maxLength":3})", "\"abca\""), 0);
  EXPECT_EQ(writes(R"({"type":"string","pattern":"\"x"})", R"("a\"xb")"), 1);
  EXPECT_EQ(writes(R"({"type":"string","maxLength":2})", "\"한글\""), 1);
  EXPECT_EQ(writes(R"({"type":"string","maxLength":2})", "\"한글자\""), 0);
  EXPECT_EQ(writes(R"({"type":"string","format":"date"})", "\"2026-11-22\""), 1);
  EXPECT_EQ(writes(R"({"type":"string","format":"date"})", "\"2026-13-22\""), 0);
  EXPECT_EQ(writes(R"({"type":"string","format":"ipv6"})", "\"fe80::1\""), 1);
  EXPECT_EQ(writes(R"({"type":"string","format":"something of our own"})", "\"x\""), 1);
}

TEST(SchemaGrammar, FollowsRecursionAndCombinations) {
  const char* tree =
      R"({"$defs":{"t":{"type":"object","properties":{"v":{"type":"integer"},"c":{"type":"array","items":{"$ref":"#/$defs/t"}}},)"
      R"("required":["v"],"additionalProperties":false}},"$ref":"#/$defs/t"})";
  EXPECT_EQ(writes(tree, R"({"v":1,"c":[{"v":2},{"v":3,"c":[]}]})"), 1);
  EXPECT_EQ(writes(tree, R"({"v":1,"c":[{"c":[]}]})"), 0);
  const char* merged =
      R"({"allOf":[{"type":"object","properties":{"a":{"minimum":3}},"required":["a"]},{"properties":{"a":{"type":"integer","maximum":4}}}]})";
  EXPECT_EQ(writes(merged, R"({"a":4})"), 1);
  EXPECT_EQ(writes(merged, R"({"a":5})"), 0);
  const char* kinds =
      R"({"oneOf":[{"type":"object","properties":{"k":{"const":"a"},"x":{"type":"null"}},"required":["k","x"]},)"
      R"({"type":"object","properties":{"k":{"const":"b"}},"required":["k"]}]})";
  EXPECT_EQ(writes(kinds, R"({"k":"a","x":null})"), 1);
  EXPECT_EQ(writes(kinds, R"({"k":"a"})"), 0);
  EXPECT_EQ(
      writes(R"({"if":{"required":["a"]},"then":{"required":["b"]},"type":"object","properties":{"a":{},"b":{}}})",
             R"({"a":1})"),
      0);
  EXPECT_EQ(writes(R"({"type":"array","items":{"enum":["x","y","z"]},"uniqueItems":true})", R"(["z","x"])"), 1);
  EXPECT_EQ(writes(R"({"type":"array","items":{"enum":["x","y","z"]},"uniqueItems":true})", R"(["z","x","z"])"), 0);
  EXPECT_EQ(
      writes(R"({"type":"array","contains":{"const":1},"minContains":2,"items":{"type":"integer"}})", "[3,1,4,1]"), 1);
  EXPECT_EQ(writes(R"({"type":"array","contains":{"const":1},"minContains":2,"items":{"type":"integer"}})", "[3,1,4]"),
            0);
  EXPECT_EQ(writes(R"({"type":"object","patternProperties":{"^n_":{"type":"integer"}},"additionalProperties":false})",
                   R"({"n_a":1})"),
            1);
  EXPECT_EQ(writes(R"({"type":"object","patternProperties":{"^n_":{"type":"integer"}},"additionalProperties":false})",
                   R"({"m":1})"),
            0);
}

TEST(SchemaGrammar, RefusesByNameWhatItCannotHold) {
  EXPECT_NE(error_of(R"({"type":"array","uniqueItems":true})").find("\"uniqueItems\" cannot be obeyed"),
            std::string::npos);
  EXPECT_NE(error_of(R"({"not":{"items":{"type":"string"}}})").find("\"items\""), std::string::npos);
  EXPECT_NE(error_of(R"({"type":"integer","multipleOf":99991})").find("multipleOf"), std::string::npos);
  EXPECT_NE(error_of("false").find("no text at all"), std::string::npos);
  EXPECT_NE(error_of(R"({"type":"string","minLength":5,"maxLength":3})").find("no text at all"), std::string::npos);
}

TEST(JsonGuard, KnowsKeysByObjectAndDepth) {
  JsonGuard guard;
  EXPECT_TRUE(guard.write(R"({"a":{"a":"a","b":["x","x",{"a")"));
  EXPECT_TRUE(guard.allows(":1}]}"));
  EXPECT_TRUE(guard.write(R"(:1}]},"b)"));
  EXPECT_TRUE(guard.allows("\":1"));
  EXPECT_FALSE(guard.allows("\":1,\"a\""));
  EXPECT_TRUE(guard.allows("\":1,\"a\\\"\""));
  EXPECT_FALSE(JsonGuard().allows(std::string(257, '[')));
}

}  // namespace
}  // namespace ondol
