// Verdicts of the Python packages jsonschema and regex (tools/reference/grammar_goldens.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "grammar/matcher.h"
#include "grammar/regex.h"
#include "grammar/sample_text.h"
#include "grammar/schema_grammar.h"
#include "grammar/schema_validator.h"

namespace ondol {
namespace {

JsonValue read_golden(const std::string& name) {
  std::ifstream file(ONDOL_SOURCE_DIR "/tests/golden/grammar/" + name, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  auto value = parse_json(bytes.str());
  EXPECT_TRUE(value) << name;
  return value ? *value : JsonValue{};
}

TEST(GrammarGolden, SchemasAreJudgedAsJsonschemaDoes) {
  const JsonValue cases = read_golden("schemas.json");
  ASSERT_GT(cases.items.size(), 10u);
  for (const JsonValue& one : cases.items) {
    const std::string text = to_json(*one.find("schema"));
    const auto schema = Schema::parse(text);
    ASSERT_TRUE(schema) << text;
    for (const bool wanted : {true, false}) {
      for (const JsonValue& instance : one.find(wanted ? "valid" : "invalid")->items) {
        const auto judgement = judge(**schema, instance.text);
        EXPECT_TRUE(judgement && judgement->valid == wanted) << text << "\n" << instance.text;
      }
    }
  }
}

TEST(GrammarGolden, WrittenTextsObeyAndWrongOnesAreNotWritten) {
  const JsonValue cases = read_golden("schemas.json");
  const char* samples_path = std::getenv("ONDOL_SCHEMA_SAMPLES");
  std::ofstream samples;
  if (samples_path != nullptr) samples.open(samples_path, std::ios::binary);
  constexpr int kSamples = 20;
  for (const JsonValue& one : cases.items) {
    const std::string text = to_json(*one.find("schema"));
    const auto schema = Schema::parse(text);
    ASSERT_TRUE(schema) << text;
    const auto written = schema_grammar(**schema);
    ASSERT_TRUE(written) << written.error().message;
    for (const JsonValue& instance : one.find("invalid")->items) {
      const auto fits = matches(written->grammar, instance.text);
      EXPECT_TRUE(fits && !*fits) << text << "\n" << instance.text;
    }
    for (uint64_t seed = 0; seed < kSamples; ++seed) {
      const auto sample = sample_text(*written, seed);
      if (!sample) continue;
      const auto judgement = judge(**schema, *sample);
      EXPECT_TRUE(judgement && judgement->valid) << text << "\n" << *sample;
      if (samples.is_open()) samples << "{\"schema\":" << text << ",\"text\":" << json_quoted(*sample) << "}\n";
    }
  }
}

TEST(GrammarGolden, PatternsMatchAsRegexDoes) {
  const JsonValue golden = read_golden("patterns.json");
  for (const JsonValue& one : golden.find("cases")->items) {
    const std::string& pattern = one.find("pattern")->text;
    const auto whole = regex_grammar(pattern), search = search_grammar(pattern);
    ASSERT_TRUE(whole && search) << pattern;
    for (const JsonValue& text : golden.find("texts")->items) {
      const auto in = [&](const char* list) {
        const auto& items = one.find(list)->items;
        return std::any_of(items.begin(), items.end(), [&](const JsonValue& t) { return t.text == text.text; });
      };
      EXPECT_EQ(*matches(*whole, text.text), in("whole")) << pattern << " | " << text.text;
      EXPECT_EQ(*matches(*search, text.text), in("found")) << pattern << " | " << text.text;
    }
  }
}

}  // namespace
}  // namespace ondol
