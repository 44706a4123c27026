// Tables, shuffles and the choice of what is held out, as Python computes them (tools/reference/dataset_goldens.py).
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/test_folder.h"
#include "format/checkpoint.h"
#include "grammar/json_value.h"
#include "measure/records/delimited.h"
#include "tune/data/dataset.h"
#include "tune/data/epoch_order.h"

namespace ondol {
namespace {

const JsonValue& golden() {
  static const JsonValue value = [] {
    std::ifstream file(ONDOL_SOURCE_DIR "/tests/golden/dataset/dataset.json", std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    auto parsed = parse_json(bytes.str());
    EXPECT_TRUE(parsed) << parsed.error().message;
    return parsed ? *parsed : JsonValue{};
  }();
  return value;
}

int64_t integer(const JsonValue& object, std::string_view key) { return *to_int64(object.find(key)->number); }

TEST(DatasetGolden, TablesAreReadAsPythonReadsThem) {
  const TestFolder folder;
  const JsonValue& tables = *golden().find("tables");
  ASSERT_GT(tables.items.size(), 50u);
  for (const JsonValue& table : tables.items) {
    const std::string& text = table.find("text")->text;
    auto lines = LineReader::open(folder.write("a.csv", text));
    ASSERT_TRUE(lines);
    DelimitedReader reader(*lines, Delimited::kCsv);
    for (const JsonValue& row : table.find("rows")->items) {
      const auto fields = reader.next();
      ASSERT_TRUE(fields && *fields) << text;
      ASSERT_EQ((*fields)->size(), row.items.size()) << text;
      for (size_t i = 0; i < row.items.size(); ++i) EXPECT_EQ((**fields)[i], row.items[i].text) << text;
    }
    const auto end = reader.next();
    EXPECT_TRUE(end && !*end) << text;
  }
}

TEST(DatasetGolden, OrdersAreTheSameOnEveryMachine) {
  for (const JsonValue& one : golden().find("orders")->items) {
    std::vector<int64_t> wanted;
    for (const JsonValue& number : one.find("order")->items) wanted.push_back(*to_int64(number.number));
    EXPECT_EQ(epoch_order(integer(one, "n"), static_cast<uint64_t>(integer(one, "seed")), integer(one, "epoch")),
              wanted);
  }
}

TEST(DatasetGolden, WhatIsHeldOutFollowsFromThePromptAlone) {
  const TestFolder folder;
  std::string lines;
  for (const JsonValue& prompt : golden().find("prompts")->items) {
    lines += "{\"prompt\":" + json_quoted(prompt.text) + ",\"completion\":" + json_quoted("답: " + prompt.text) + "}\n";
  }
  const auto checkpoint = open_checkpoint(ONDOL_SOURCE_DIR "/models/ondol-ko-tiny.gguf");
  const auto tokenizer = *load_tokenizer(checkpoint->metadata);
  DatasetOptions options;
  options.rules.context_length = 64;
  options.held_out_share = 0.2;
  const auto dataset = read_dataset({folder.write("a.jsonl", lines)}, *tokenizer, nullptr, options);
  ASSERT_TRUE(dataset) << dataset.error().message;
  std::vector<std::string> held_out, wanted;
  for (const Example& example : dataset->held_out) {
    const std::string text = tokenizer->decode(example.tokens);
    held_out.push_back(text.substr(0, text.find("답")));
  }
  for (const JsonValue& prompt : golden().find("held_out")->items) wanted.push_back(prompt.text);
  EXPECT_EQ(held_out, wanted);
}

}  // namespace
}  // namespace ondol
