// Trimmed tokenizers against the whole ones, on small vocabularies of every kind and random texts.
#include "tokenizer/trim_tokenizer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "base/random.h"
#include "base/utf8.h"
#include "tokenizer/base64.h"
#include "tokenizer/huggingface.h"
#include "tokenizer/merge_path.h"
#include "tokenizer/sentence_piece.h"
#include "tokenizer/tokenizer_json.h"

namespace ondol {
namespace {

using Json = nlohmann::json;

struct Case {
  std::string name;
  Metadata metadata;
};

// The vocabularies of the golden tests, all that can be trimmed.
const std::vector<Case>& cases() {
  static const std::vector<Case> all = [] {
    std::vector<Case> cases;
    std::ifstream file(ONDOL_SOURCE_DIR "/tests/golden/tokenizer/wide_variants.json");
    const Json goldens = Json::parse(file);
    for (const Json& variant : goldens["variants"]) {
      const std::string base = variant.value("base", "SentencePiece");
      if (base == "word piece" || base == "BPE with suffix") continue;
      Result<Metadata> metadata;
      if (variant.contains("model")) {
        metadata = read_sentence_piece(*decode_base64(variant["model"].get<std::string>()));
      } else {
        Json json = goldens["bases"][base];
        for (const auto& [key, value] : variant["changes"].items()) {
          if (key == "model") json["model"].update(value);
          else json[key] = value;
        }
        metadata = read_huggingface_tokenizer(json.dump());
      }
      EXPECT_TRUE(metadata) << variant["name"];
      cases.push_back({base + ", " + variant["name"].get<std::string>(), std::move(*metadata)});
    }
    return cases;
  }();
  return all;
}

std::vector<std::string> golden_texts() {
  std::vector<std::string> texts;
  std::ifstream file(ONDOL_SOURCE_DIR "/tests/golden/tokenizer/wide_texts.jsonl");
  for (std::string line; std::getline(file, line);) texts.push_back(Json::parse(line));
  return texts;
}

// Characters of all planes and scripts, and pieces of texts that the vocabularies know.
std::string random_text(SplitMix64& random, const std::vector<std::string>& texts) {
  std::string text;
  for (int64_t n = 1 + random.below(8); n > 0; --n) {
    switch (random.below(5)) {
      case 0:
        text.push_back(static_cast<char>(random.below(0x80)));
        break;
      case 1:
        append_code_point(text, static_cast<uint32_t>(0xAC00 + random.below(0x2BA4)));  // Hangul
        break;
      case 2: {
        const int64_t any = random.below(0x110000 - 0x800);
        append_code_point(text, static_cast<uint32_t>(any < 0xD800 ? any : any + 0x800));
        break;
      }
      default: {
        const std::string& known = texts[static_cast<size_t>(random.below(std::ssize(texts)))];
        const int64_t from = random.below(std::ssize(known) + 1);
        text += repair_utf8(std::string_view(known).substr(static_cast<size_t>(from), 12)).text;
      }
    }
  }
  return text;
}

// A random part of the vocabulary, with what it needs.
std::vector<uint8_t> random_part(const TokenizerTrim& trim, double share, SplitMix64& random) {
  std::vector<uint8_t> kept(trim.required().size(), 0);
  for (size_t id = 0; id < kept.size(); ++id) {
    if (trim.required()[id] == 0 && random.uniform() >= share) continue;
    for (const TokenId passed : path_to(trim.tokenizer(), static_cast<TokenId>(id))) {
      kept[static_cast<size_t>(passed)] = 1;
    }
  }
  return kept;
}

// New numbers, or nothing where a token did not stay.
std::optional<std::vector<TokenId>> renumbered(const std::vector<TokenId>& ids, const std::vector<uint8_t>& kept) {
  std::vector<TokenId> out;
  for (const TokenId id : ids) {
    const auto at = kept.begin() + static_cast<int64_t>(id);
    if (*at == 0) return std::nullopt;
    out.push_back(static_cast<TokenId>(std::count(kept.begin(), at, 1)));
  }
  return out;
}

// ONDOL_LONG=1 in the environment makes it a million texts.
TEST(TrimTokenizer, TextsReadTheSameAndKeptTokensAreEncodedAsBefore) {
  const char* wish = std::getenv("ONDOL_LONG");
  const int n_each = wish != nullptr && *wish == '1' ? 16000 : 160;
  const std::vector<std::string> texts = golden_texts();
  SplitMix64 random(7);
  int64_t n_texts = 0, n_kept_whole = 0;
  ASSERT_GE(cases().size(), 60u);
  for (const Case& one : cases()) {
    const auto trim = TokenizerTrim::create(one.metadata);
    ASSERT_TRUE(trim) << one.name << ": " << trim.error().message;
    const std::vector<uint8_t> kept = random_part(*trim, 0.4, random);
    const auto tokenizer = load_tokenizer(trim->apply(kept));
    ASSERT_TRUE(tokenizer) << one.name << ": " << tokenizer.error().message;
    ASSERT_EQ((*tokenizer)->vocab_size(), std::count(kept.begin(), kept.end(), 1));
    for (int i = 0; i < n_each; ++i, ++n_texts) {
      const std::string text = random_text(random, texts);
      const EncodeOptions options{.add_bos = i % 4 == 0, .parse_special = i % 2 == 0};
      const std::vector<TokenId> before = trim->tokenizer().encode(text, options);
      const std::vector<TokenId> after = (*tokenizer)->encode(text, options);
      ASSERT_EQ((*tokenizer)->decode(after, true), trim->tokenizer().decode(before, true))
          << one.name << ": " << testing::PrintToString(text);
      if (const auto same = renumbered(before, kept)) {
        ASSERT_EQ(after, *same) << one.name << ": " << testing::PrintToString(text);
        ++n_kept_whole;
      }
    }
  }
  EXPECT_GE(n_texts, 10000);
  EXPECT_GE(n_kept_whole, n_texts / 50);
}

TEST(TrimTokenizer, KeepingAllChangesNothing) {
  const std::vector<std::string> texts = golden_texts();
  for (const Case& one : cases()) {
    const auto trim = TokenizerTrim::create(one.metadata);
    ASSERT_TRUE(trim) << one.name;
    const auto tokenizer = load_tokenizer(trim->apply(std::vector<uint8_t>(trim->required().size(), 1)));
    ASSERT_TRUE(tokenizer) << one.name;
    for (size_t i = 0; i < texts.size(); i += 50) {
      ASSERT_EQ((*tokenizer)->encode(texts[i]), trim->tokenizer().encode(texts[i])) << one.name;
    }
  }
}

// Without its path a token cannot be made: what the path is for.
TEST(TrimTokenizer, AKeptTokenIsReachedOnlyWithItsPath) {
  const Json json = Json::parse(R"({
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
    "decoder": {"type": "ByteLevel"},
    "added_tokens": [{"id": 7, "content": "<s>", "special": true}],
    "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "c": 2, "ab": 3, "bc": 4, "abc": 5, "cab": 6},
              "merges": [["a", "b"], ["b", "c"], ["ab", "c"], ["a", "bc"], ["c", "ab"]]}
  })");
  const auto metadata = read_huggingface_tokenizer(json.dump());
  ASSERT_TRUE(metadata);
  const auto trim = TokenizerTrim::create(*metadata);
  ASSERT_TRUE(trim) << trim.error().message;
  const std::vector<TokenId> path = path_to(trim->tokenizer(), TokenId{5});
  EXPECT_EQ(path, (std::vector<TokenId>{TokenId{0}, TokenId{1}, TokenId{2}, TokenId{3}, TokenId{5}}));

  const Metadata trimmed = trim->apply({1, 1, 1, 1, 0, 1, 0, 1});
  const auto tokenizer = load_tokenizer(trimmed);
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ((*tokenizer)->encode("abc"), std::vector<TokenId>{TokenId{4}});
  EXPECT_EQ((*tokenizer)->encode("cab"), (std::vector<TokenId>{TokenId{2}, TokenId{3}}));
  const auto merges = *trimmed.get_strings("tokenizer.ggml.merges");
  EXPECT_EQ(std::vector<std::string>(merges.begin(), merges.end()), (std::vector<std::string>{"a b", "ab c"}));

  const auto broken = load_tokenizer(trim->apply({1, 1, 1, 0, 0, 1, 0, 1}));
  ASSERT_TRUE(broken);
  EXPECT_EQ((*broken)->encode("abc").size(), 3u);
}

TEST(TrimTokenizer, NumbersOfTokensFollowThemEverywhere) {
  const Json json = Json::parse(R"({
    "normalizer": {"type": "NFC"},
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
    "decoder": {"type": "ByteLevel"},
    "added_tokens": [{"id": 3, "content": "<s>", "special": true},
                     {"id": 4, "content": "<x>", "special": false, "lstrip": true, "normalized": true}],
    "model": {"type": "BPE", "vocab": {"a": 0, "ab": 1, "b": 2}, "merges": [["a", "b"]]}
  })");
  auto metadata = read_huggingface_tokenizer(json.dump());
  ASSERT_TRUE(metadata);
  metadata->set_string("general.architecture", "test");
  metadata->set_u32("test.vocab_size", 5);
  metadata->set_u32("tokenizer.ggml.bos_token_id", 3);
  metadata->set_u32("tokenizer.ggml.fim_pre_token_id", 4);
  metadata->set_i32s("tokenizer.ggml.suppress_tokens", {1, 4});
  const auto trim = TokenizerTrim::create(*metadata);
  ASSERT_TRUE(trim) << trim.error().message;
  EXPECT_EQ(trim->required(), (std::vector<uint8_t>{1, 1, 1, 1, 1}));  // what is suppressed must be there

  metadata->set_i32s("tokenizer.ggml.suppress_tokens", {4});
  const auto without = TokenizerTrim::create(*metadata);
  ASSERT_TRUE(without);
  const Metadata trimmed = without->apply({1, 0, 1, 1, 1});
  EXPECT_EQ(trimmed.get_int("tokenizer.ggml.bos_token_id"), 2);
  EXPECT_EQ(trimmed.get_int("tokenizer.ggml.fim_pre_token_id"), 3);
  EXPECT_EQ((*trimmed.get_ints("tokenizer.ggml.suppress_tokens"))[0], 3);
  EXPECT_EQ(trimmed.get_int("test.vocab_size"), 4);
  EXPECT_TRUE(trimmed.get_strings("tokenizer.ggml.merges")->empty());
  const auto tokenizer = load_tokenizer(trimmed);
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ((*tokenizer)->encode("a <x>").back(), TokenId{3});
  EXPECT_EQ((*tokenizer)->encode("a <x>"), (std::vector<TokenId>{TokenId{0}, TokenId{3}}));  // lstrip came along
}

TEST(TrimTokenizer, RefusesWhatHasNothingToSpellRareWordsWith) {
  Metadata metadata;
  metadata.set_string("tokenizer.ggml.model", "bert");
  metadata.set_strings("tokenizer.ggml.tokens", {"[UNK]", "▁a"});
  metadata.set_u32("tokenizer.ggml.unknown_token_id", 0);
  const auto trim = TokenizerTrim::create(metadata);
  ASSERT_FALSE(trim);
  EXPECT_EQ(trim.error().kind, ErrorKind::kUnsupported);
}

// Trimmed, written as tokenizer.json and read back.
TEST(TokenizerJson, ReadsBackToTheSameIds) {
  const std::vector<std::string> texts = golden_texts();
  SplitMix64 random(11);
  for (const Case& one : cases()) {
    const auto trim = TokenizerTrim::create(one.metadata);
    ASSERT_TRUE(trim);
    const Metadata trimmed = trim->apply(random_part(*trim, 0.5, random));
    const auto tokenizer = load_tokenizer(trimmed);
    ASSERT_TRUE(tokenizer);
    const auto json = tokenizer_json(trimmed);
    ASSERT_TRUE(json) << one.name << ": " << json.error().message;
    const auto read = read_huggingface_tokenizer(*json);
    ASSERT_TRUE(read) << one.name << ": " << read.error().message;
    const auto again = load_tokenizer(*read);
    ASSERT_TRUE(again) << one.name << ": " << again.error().message;
    int n_different = 0;
    for (size_t i = 0; i < texts.size(); i += 20) {
      // see tokenizer_json.h
      const auto has = [&](const char* symbol) { return texts[i].find(symbol) != std::string::npos; };
      if (one.name.starts_with("SentencePiece") && (has("<tool>") || has("Word"))) continue;
      const bool is_same = (*again)->encode(texts[i]) == (*tokenizer)->encode(texts[i]);
      n_different += !is_same;
      if (!is_same && n_different < 3) ADD_FAILURE() << one.name << ": " << testing::PrintToString(texts[i]);
    }
  }
}

}  // namespace
}  // namespace ondol
