#include "tokenizer/huggingface.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tokenizer/tokenizer.h"

namespace ondol {
namespace {

using Json = nlohmann::json;

Json small_tokenizer() {
  return Json::parse(R"({
    "normalizer": {"type": "NFC"},
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
    "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                                                                {"Sequence": {"id": "A", "type_id": 0}}]},
    "added_tokens": [{"id": 5, "content": "<s>", "special": true}, {"id": 6, "content": "<t>", "special": false}],
    "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2, "Ġ": 3}, "merges": [["a", "b"]]}
  })");
}

void expect_error(const Json& json, ErrorKind kind, std::string_view part_of_message) {
  const auto metadata = read_huggingface_tokenizer(json.dump());
  ASSERT_FALSE(metadata);
  EXPECT_EQ(metadata.error().kind, kind);
  EXPECT_NE(metadata.error().message.find(part_of_message), std::string::npos) << metadata.error().message;
}

TEST(HuggingFace, ReadsTokensMergesKindsAndBos) {
  const auto metadata = read_huggingface_tokenizer(small_tokenizer().dump());
  ASSERT_TRUE(metadata) << metadata.error().message;
  EXPECT_EQ(metadata->get_string("tokenizer.ggml.pre"), "gpt-2");
  EXPECT_EQ(metadata->get_int("tokenizer.ggml.bos_token_id"), 5);
  EXPECT_EQ(metadata->get_bool("tokenizer.ggml.add_bos_token"), true);
  const auto tokenizer = load_tokenizer(*metadata);
  ASSERT_TRUE(tokenizer) << tokenizer.error().message;
  EXPECT_EQ((*tokenizer)->vocab_size(), 7);
  EXPECT_EQ((*tokenizer)->kind(TokenId{4}), TokenKind::kUnused);
  EXPECT_EQ((*tokenizer)->kind(TokenId{5}), TokenKind::kControl);
  EXPECT_EQ((*tokenizer)->encode("ab<t> a"), (std::vector{TokenId{2}, TokenId{6}, TokenId{3}, TokenId{0}}));
}

TEST(HuggingFace, NamesWhatItCannotExpress) {
  Json json = small_tokenizer();
  json["model"]["type"] = "Unigram";
  expect_error(json, ErrorKind::kUnsupported, "Unigram");
  json = small_tokenizer();
  json["normalizer"]["type"] = "Lowercase";
  expect_error(json, ErrorKind::kUnsupported, "Lowercase");
  json = small_tokenizer();
  json["pre_tokenizer"] = {{"type", "Metaspace"}};
  expect_error(json, ErrorKind::kUnsupported, "Metaspace");
  json["pre_tokenizer"] = {{"type", "Split"}, {"behavior", "Isolated"}, {"pattern", {{"Regex", "[a-z]+"}}}};
  expect_error(json, ErrorKind::kUnsupported, "[a-z]+");
  json["pre_tokenizer"] = nullptr;
  expect_error(json, ErrorKind::kUnsupported, "ByteLevel");
  json["pre_tokenizer"] = {{"type", "ByteLevel"}};
  expect_error(json, ErrorKind::kUnsupported, "add_prefix_space");
}

TEST(HuggingFace, RefusesBrokenFiles) {
  for (const char* text : {"", "{", "[]", "1", "{\"model\": {\"vocab\": {\"a\": 0"}) {
    EXPECT_FALSE(read_huggingface_tokenizer(text)) << text;
  }
  EXPECT_FALSE(read_huggingface_tokenizer(std::string(100000, '[')));
  Json json = small_tokenizer();
  json["model"]["vocab"]["far"] = 2000000000;
  expect_error(json, ErrorKind::kCorruptFile, "2000000000");
  json["model"]["vocab"]["far"] = -1;
  expect_error(json, ErrorKind::kCorruptFile, "model.vocab");
  json = small_tokenizer();
  json["model"]["merges"] = {{"a", "b", "c"}};
  expect_error(json, ErrorKind::kCorruptFile, "model.merges");
  json["model"].erase("merges");
  expect_error(json, ErrorKind::kCorruptFile, "model.merges");
  json = small_tokenizer();
  json["added_tokens"][0].erase("id");
  expect_error(json, ErrorKind::kCorruptFile, "added_tokens");
}

TEST(HuggingFace, ReadsAPublishedTokenizer) {
  const std::string path = ONDOL_SOURCE_DIR "/../shared/data/tok-litert/tokenizer.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  const auto metadata = read_huggingface_tokenizer(text.str());
  ASSERT_TRUE(metadata) << metadata.error().message;
  const auto tokenizer = load_tokenizer(*metadata);
  ASSERT_TRUE(tokenizer) << tokenizer.error().message;
  EXPECT_EQ((*tokenizer)->pre(), "starcoder");
  // ids of Hugging Face tokenizers for the same file
  std::vector<int> ids;
  for (const TokenId id : (*tokenizer)->encode("It's 2026: 온돌 warms\n\n the floor."))
    ids.push_back(static_cast<int>(id));
  EXPECT_EQ(ids, (std::vector<int>{1589, 506, 216, 34, 32, 34, 38, 42, 18601, 242, 118, 182, 233, 230, 38342, 1116, 260,
                                   6289, 30}));
}

}  // namespace
}  // namespace ondol
