// Ids against Hugging Face tokenizers and SentencePiece, on small vocabularies of our own
// (tools/reference/tokenizer_goldens.py made the files).
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tokenizer/huggingface.h"
#include "tokenizer/tokenizer.h"

namespace ondol {
namespace {

using Json = nlohmann::json;

const std::string kFolder = ONDOL_SOURCE_DIR "/tests/golden/tokenizer/";

Json read_json(const std::string& name) {
  std::ifstream file(kFolder + name);
  return Json::parse(file);
}

std::vector<std::string> read_texts() {
  std::vector<std::string> texts;
  std::ifstream file(kFolder + "texts.jsonl");
  for (std::string line; std::getline(file, line);) texts.push_back(Json::parse(line));
  return texts;
}

// Encodes the first ids.size() texts.  The references read special tokens in every text.
void expect_ids(const Metadata& metadata, const Json& ids) {
  const auto tokenizer = load_tokenizer(metadata);
  ASSERT_TRUE(tokenizer) << tokenizer.error().message;
  const std::vector<std::string> texts = read_texts();
  ASSERT_GE(ids.size(), 270u);
  ASSERT_LE(ids.size(), texts.size());
  const bool parse_special = (*tokenizer)->model() == "gpt2";
  for (size_t i = 0; i < ids.size(); ++i) {
    std::vector<int> actual;
    for (const TokenId id : (*tokenizer)->encode(texts[i], {.parse_special = parse_special})) {
      actual.push_back(static_cast<int>(id));
    }
    EXPECT_EQ(actual, ids[i].get<std::vector<int>>())
        << (*tokenizer)->pre() << ": " << testing::PrintToString(texts[i]);
    if ((*tokenizer)->model() == "bert") continue;
    EXPECT_EQ((*tokenizer)->decode((*tokenizer)->encode(texts[i])), texts[i]);
  }
}

Metadata metadata_of(const std::string& model, const Json& golden) {
  Metadata metadata;
  metadata.set_string("tokenizer.ggml.model", model);
  metadata.set_strings("tokenizer.ggml.tokens", golden["tokens"]);
  metadata.set_i32s("tokenizer.ggml.token_type", golden["kinds"]);
  if (golden.contains("scores")) metadata.set_f32s("tokenizer.ggml.scores", golden["scores"]);
  return metadata;
}

TEST(TokenizerGolden, ByteLevelBpeGivesTheIdsOfHuggingFace) {
  const Json golden = read_json("byte_level.json");
  ASSERT_EQ(golden["variants"].size(), 5u);
  for (const Json& variant : golden["variants"]) {
    Json tokenizer = golden["tokenizer"];
    tokenizer["pre_tokenizer"] = variant["pre_tokenizer"];
    tokenizer["model"]["ignore_merges"] = variant["ignore_merges"];
    const auto metadata = read_huggingface_tokenizer(tokenizer.dump());
    ASSERT_TRUE(metadata) << metadata.error().message;
    EXPECT_EQ(metadata->get_string("tokenizer.ggml.pre"), variant["pre"].get<std::string>());
    expect_ids(*metadata, variant["ids"]);
  }
}

TEST(TokenizerGolden, SpmBpeGivesTheIdsOfSentencePiece) {
  const Json golden = read_json("spm.json");
  expect_ids(metadata_of("llama", golden), golden["ids"]);
}

TEST(TokenizerGolden, WordPieceGivesTheIdsOfHuggingFace) {
  const Json golden = read_json("word_piece.json");
  Metadata metadata = metadata_of("bert", golden);
  metadata.set_u32("tokenizer.ggml.unknown_token_id", 1);
  expect_ids(metadata, golden["ids"]);
}

}  // namespace
}  // namespace ondol
