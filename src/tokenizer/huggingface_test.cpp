#include "tokenizer/huggingface.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tokenizer/pipeline.h"
#include "tokenizer/tokenizer.h"

namespace ondol {
namespace {

using Json = nlohmann::json;

Json small_tokenizer() {
  return Json::parse(R"({
    "normalizer": null,
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
    "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                                                                {"Sequence": {"id": "A", "type_id": 0}}],
                       "special_tokens": {"<s>": {"id": "<s>", "ids": [5], "tokens": ["<s>"]}}},
    "decoder": {"type": "ByteLevel"},
    "added_tokens": [{"id": 5, "content": "<s>", "special": true}, {"id": 6, "content": "<t>", "special": false}],
    "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2, "Ġ": 3}, "merges": [["a", "b"]]}
  })");
}

void expect_error(const Json& json, ErrorKind kind, std::string_view part_of_message) {
  const auto metadata = read_huggingface_tokenizer(json.dump());
  ASSERT_FALSE(metadata);
  EXPECT_EQ(metadata.error().kind, kind);
  EXPECT_NE(metadata.error().message.find(part_of_message), std::string::npos) << metadata.error().message;
  EXPECT_EQ(metadata.error().message.find('\n'), std::string::npos);
}

std::shared_ptr<const Tokenizer> load(const Json& json) {
  const auto metadata = read_huggingface_tokenizer(json.dump());
  EXPECT_TRUE(metadata) << metadata.error().message;
  if (!metadata) return nullptr;
  const auto tokenizer = load_tokenizer(*metadata);
  EXPECT_TRUE(tokenizer) << tokenizer.error().message;
  return tokenizer ? *tokenizer : nullptr;
}

TEST(HuggingFace, ReadsTokensMergesKindsAndBos) {
  const auto metadata = read_huggingface_tokenizer(small_tokenizer().dump());
  ASSERT_TRUE(metadata) << metadata.error().message;
  EXPECT_EQ(metadata->get_string("tokenizer.ggml.pre"), "gpt-2");
  EXPECT_EQ(metadata->get_int("tokenizer.ggml.bos_token_id"), 5);
  EXPECT_EQ(metadata->get_bool("tokenizer.ggml.add_bos_token"), true);
  EXPECT_EQ(metadata->get_bool("tokenizer.ggml.add_eos_token"), false);
  EXPECT_FALSE(metadata->find(kPipelineKey));  // standard keys say all
  const auto tokenizer = load(small_tokenizer());
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->vocab_size(), 7);
  EXPECT_EQ(tokenizer->kind(TokenId{4}), TokenKind::kUnused);
  EXPECT_EQ(tokenizer->kind(TokenId{5}), TokenKind::kControl);
  EXPECT_EQ(tokenizer->encode("ab<t> a"), (std::vector{TokenId{2}, TokenId{6}, TokenId{3}, TokenId{0}}));
}

TEST(HuggingFace, PutsEosBehindATextWhereThePostProcessorDoes) {
  Json json = small_tokenizer();
  json["post_processor"] = {{"type", "RobertaProcessing"}, {"cls", {"<s>", 5}}, {"sep", {"<t>", 6}}};
  const auto tokenizer = load(json);
  EXPECT_EQ(tokenizer->encode("a", {.add_bos = true}), (std::vector{TokenId{5}, TokenId{0}, TokenId{6}}));
}

TEST(HuggingFace, NamesTheFamilyOfAKnownExpressionHoweverItIsSpelt) {
  const auto pre_of = [](const char* expression, bool ignore_merges) {
    Json json = small_tokenizer();
    const Json split{
        {"type", "Split"}, {"pattern", {{"Regex", expression}}}, {"behavior", "Isolated"}, {"invert", false}};
    const Json bytes{{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}};
    json["pre_tokenizer"] = {{"type", "Sequence"}, {"pretokenizers", {split, bytes}}};
    json["model"]["ignore_merges"] = ignore_merges;
    const auto metadata = read_huggingface_tokenizer(json.dump());
    EXPECT_TRUE(metadata) << metadata.error().message;
    return std::string(*metadata->get_string("tokenizer.ggml.pre")) + (metadata->find(kPipelineKey) ? " and more" : "");
  };
  const char* llama3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| "
      "?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|"
      "\\s+(?!\\S)|\\s+";
  const char* qwen2_with_characters =
      "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| "
      "?[^\\s\\p{L}\\p{N}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+";
  EXPECT_EQ(pre_of(llama3, true), "llama-bpe");
  EXPECT_EQ(pre_of(llama3, false), "dbrx");
  EXPECT_EQ(pre_of(qwen2_with_characters, false), "qwen2");
  EXPECT_EQ(pre_of(qwen2_with_characters, true), "qwen2 and more");
  EXPECT_EQ(pre_of("[a-z]+", false), "ondol-pipeline and more");
}

TEST(HuggingFace, KeepsWhatStandardKeysCannotSay) {
  Json json = small_tokenizer();
  json["normalizer"] = {{"type", "Lowercase"}};
  json["added_tokens"][1]["lstrip"] = true;
  EXPECT_EQ(load(json)->encode("AB  <t>"), (std::vector{TokenId{2}, TokenId{6}}));
}

TEST(HuggingFace, NamesWhatItCannotExpress) {
  const auto with = [](const char* part, Json value) {
    Json json = small_tokenizer();
    json[part] = std::move(value);
    return json;
  };
  const auto split = [](const char* expression) {
    return Json{{"type", "Split"}, {"behavior", "Isolated"}, {"pattern", {{"Regex", expression}}}};
  };
  expect_error(with("normalizer", {{"type", "ByteLevel"}}), ErrorKind::kUnsupported, "normalizer ByteLevel");
  expect_error(with("pre_tokenizer", {{"type", "UnicodeScripts"}}), ErrorKind::kUnsupported, "UnicodeScripts");
  expect_error(with("pre_tokenizer", split("[a-z&&[^x]]+")), ErrorKind::kUnsupported, "&&");
  expect_error(with("pre_tokenizer", split("(")), ErrorKind::kUnsupported, "(");
  expect_error(with("decoder", {{"type", "CTC"}}), ErrorKind::kUnsupported, "decoder CTC");
  expect_error(with("post_processor", {{"type", "Else"}}), ErrorKind::kUnsupported, "post_processor Else");
  Json json = small_tokenizer();
  json["model"]["type"] = "WordLevel";
  expect_error(json, ErrorKind::kUnsupported, "WordLevel");
  json = small_tokenizer();
  json["model"]["dropout"] = 0.1;
  expect_error(json, ErrorKind::kUnsupported, "dropout");
  json = small_tokenizer();
  json["model"]["merges"].push_back({"a b", "c"});
  expect_error(json, ErrorKind::kUnsupported, "spaces");
  Json deep = {{"type", "NFC"}};
  for (int depth = 0; depth < 100; ++depth) deep = {{"type", "Sequence"}, {"normalizers", Json::array({deep})}};
  expect_error(with("normalizer", deep), ErrorKind::kUnsupported, "64");
}

TEST(HuggingFace, RefusesBrokenFiles) {
  EXPECT_FALSE(read_huggingface_tokenizer("{"));
  EXPECT_FALSE(read_huggingface_tokenizer("[]"));
  EXPECT_FALSE(read_huggingface_tokenizer(std::string(5000, '[')));
  Json json = small_tokenizer();
  json["model"]["vocab"] = Json::object();
  expect_error(json, ErrorKind::kCorruptFile, "model.vocab");
  json["model"]["vocab"] = {{"a", 1000000}};
  expect_error(json, ErrorKind::kCorruptFile, "1000000");
  json = small_tokenizer();
  json["model"]["merges"] = Json::array({Json::array({"a"})});
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
