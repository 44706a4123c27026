// Ids of 2,000 texts against Hugging Face tokenizers and SentencePiece, for each kind of model, pre-tokenizer and
// normalizer (tools/reference/tokenizer_wide_goldens.py made the files), and for public tokenizers where they are at
// hand.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "format/checkpoint.h"
#include "tokenizer/base64.h"
#include "tokenizer/huggingface.h"
#include "tokenizer/pipeline.h"
#include "tokenizer/pre_tokenizer.h"
#include "tokenizer/sentence_piece.h"
#include "tokenizer/tiktoken.h"
#include "tokenizer/tokenizer.h"

namespace ondol {
namespace {

using Json = nlohmann::json;

const std::string kFolder = ONDOL_SOURCE_DIR "/tests/golden/tokenizer/";
const std::string kShared = ONDOL_SOURCE_DIR "/../shared/data/";

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

std::vector<std::string> read_texts() {
  std::vector<std::string> texts;
  std::ifstream file(kFolder + "wide_texts.jsonl");
  for (std::string line; std::getline(file, line);) texts.push_back(Json::parse(line));
  return texts;
}

// The low three bytes of the FNV-1a hash of the ids as little-endian int32.
std::string digest(const std::vector<int32_t>& ids) {
  uint32_t hash = 0x811C9DC5;
  for (const int32_t id : ids) {
    for (int byte = 0; byte < 4; ++byte) hash = (hash ^ (static_cast<uint32_t>(id) >> 8 * byte & 0xFF)) * 0x01000193;
  }
  return {static_cast<char>(hash), static_cast<char>(hash >> 8), static_cast<char>(hash >> 16)};
}

// `what` names the case.  At most a few differences are shown.
void expect_ids(const std::string& what, const Tokenizer& tokenizer, const Json& golden, bool parse_special) {
  static const std::vector<std::string> texts = read_texts();
  ASSERT_GE(texts.size(), 2000u);
  ASSERT_EQ(golden["n_texts"].get<size_t>(), texts.size());
  const auto hashes = decode_base64(golden["hashes"].get<std::string>());
  ASSERT_TRUE(hashes && hashes->size() == 3 * texts.size());
  int n_different = 0;
  for (size_t i = 0; i < texts.size(); ++i) {
    std::vector<int32_t> ids;
    for (const TokenId id : tokenizer.encode(texts[i], {.parse_special = parse_special})) {
      ids.push_back(static_cast<int32_t>(id));
    }
    if (i < golden["ids"].size()) { EXPECT_EQ(ids, golden["ids"][i].get<std::vector<int32_t>>()) << what; }
    if (digest(ids) == hashes->substr(3 * i, 3)) continue;
    if (++n_different > 3) continue;
    ADD_FAILURE() << what << ": text " << i << " " << testing::PrintToString(texts[i]) << " gives "
                  << testing::PrintToString(ids);
  }
  EXPECT_EQ(n_different, 0) << what;
}

Result<std::shared_ptr<const Tokenizer>> load(const Result<Metadata>& metadata) {
  if (!metadata) return tl::make_unexpected(metadata.error());
  return load_tokenizer(*metadata);
}

Json tokenizer_json(const Json& base, const Json& changes) {
  Json json = base;
  for (const auto& [key, value] : changes.items()) {
    if (key == "model") json["model"].update(value);
    else json[key] = value;
  }
  return json;
}

Result<Metadata> read_variant(const Json& goldens, const Json& variant) {
  if (variant.contains("model")) return read_sentence_piece(*decode_base64(variant["model"].get<std::string>()));
  const Json& base = goldens["bases"][variant["base"].get<std::string>()];
  return read_huggingface_tokenizer(tokenizer_json(base, variant["changes"]).dump());
}

TEST(WideGolden, EveryVariantGivesTheIdsOfItsReference) {
  const Json goldens = Json::parse(read_file(kFolder + "wide_variants.json"));
  ASSERT_GE(goldens["variants"].size(), 70u);
  for (const Json& variant : goldens["variants"]) {
    const std::string name = variant["name"], what = variant.value("base", "SentencePiece") + ", " + name;
    const auto tokenizer = load(read_variant(goldens, variant));
    ASSERT_TRUE(tokenizer) << what << ": " << tokenizer.error().message;
    expect_ids(what, **tokenizer, variant, !variant.contains("model"));
  }
}

// Then llama.cpp reads the file too, and so do we by the name alone.
TEST(WideGolden, KnownFamiliesNeedNoMoreThanTheirName) {
  const Json goldens = Json::parse(read_file(kFolder + "wide_variants.json"));
  int n_named = 0;
  for (const Json& variant : goldens["variants"]) {
    const std::string name = variant["name"];
    if (find_pre_tokenizer(name) == nullptr) continue;
    const auto metadata = read_variant(goldens, variant);
    ASSERT_TRUE(metadata) << name;
    EXPECT_EQ(metadata->get_string("tokenizer.ggml.pre"), name == "exaone" ? "starcoder" : name);  // which is the same
    EXPECT_FALSE(metadata->find(kPipelineKey)) << name;
    ++n_named;
  }
  EXPECT_GE(n_named, 12);
}

Result<std::shared_ptr<const Tokenizer>> load_public(const std::string& path) {
  if (path.ends_with(".gguf")) {
    const auto checkpoint = open_checkpoint(path);
    if (!checkpoint) return tl::make_unexpected(checkpoint.error());
    return load_tokenizer(checkpoint->metadata);
  }
  const std::string bytes = read_file(path);
  if (path.ends_with(".json")) return load(read_huggingface_tokenizer(bytes));
  if (path.find("tiktoken") != std::string::npos) {
    return load(read_tiktoken(bytes, "llama-bpe", llama3_special_tokens()));
  }
  return load(read_sentence_piece(bytes));
}

TEST(WideGolden, PublicTokenizersGiveTheIdsOfTheirReference) {
  const Json goldens = Json::parse(read_file(kFolder + "wide_public.json"));
  int n_compared = 0;
  for (const auto& [path, golden] : goldens.items()) {
    if (!std::filesystem::exists(kShared + path)) continue;
    const auto tokenizer = load_public(kShared + path);
    ASSERT_TRUE(tokenizer) << path << ": " << tokenizer.error().message;
    expect_ids(path, **tokenizer, golden, path.ends_with(".json"));
    ++n_compared;
  }
  if (n_compared == 0) GTEST_SKIP() << "no public tokenizers in " << kShared;
}

}  // namespace
}  // namespace ondol
