#include "model/import/huggingface_tokenizer.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/test_folder.h"
#include "tokenizer/tokenizer.h"

namespace ondol {
namespace {

using Json = nlohmann::json;

class TokenizerFolder : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    std::ofstream file(folder_.path(name), std::ios::binary);
    file << text;
  }

  // A SentencePiece model of BPE with these pieces, the first unknown and the next two control.
  void write_model(const std::vector<std::string>& pieces) {
    std::string model;
    const auto message = [](char field, const std::string& bytes) {
      return std::string{static_cast<char>(field << 3 | 2), static_cast<char>(bytes.size())} + bytes;
    };
    for (size_t i = 0; i < pieces.size(); ++i) {
      const std::string kind{'\x18', static_cast<char>(i == 0 ? 2 : i < 3 ? 3 : 1)};
      model += message(1, message(1, pieces[i]) + kind);
    }
    write("tokenizer.model", model + message(2, "\x18\x02") + message(3, std::string("\x20\x00", 2)));
  }

  std::shared_ptr<const Tokenizer> load() {
    const auto metadata = read_tokenizer(folder_.path(""));
    EXPECT_TRUE(metadata) << metadata.error().message;
    if (!metadata) return nullptr;
    const auto tokenizer = load_tokenizer(*metadata);
    EXPECT_TRUE(tokenizer) << tokenizer.error().message;
    return tokenizer ? *tokenizer : nullptr;
  }

  TestFolder folder_;
};

std::vector<int> ids_of(const Tokenizer& tokenizer, std::string_view text) {
  std::vector<int> ids;
  for (const TokenId id : tokenizer.encode(text, {.parse_special = true})) ids.push_back(static_cast<int>(id));
  return ids;
}

TEST_F(TokenizerFolder, ReadsASentencePieceModelWithItsAddedTokens) {
  write_model({"<unk>", "<s>", "</s>", "▁", "a", "▁a", "b"});
  write("added_tokens.json", R"({"<tool>": 8})");
  write("tokenizer_config.json",
        R"({"eos_token": {"content": "<|end|>"}, "add_bos_token": false,
            "added_tokens_decoder": {"1": {"content": "<s>", "special": true},
                                     "9": {"content": "<|end|>", "special": true, "rstrip": true}}})");
  const auto tokenizer = load();
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->vocab_size(), 10);
  EXPECT_EQ(tokenizer->kind(TokenId{7}), TokenKind::kUnused);
  EXPECT_EQ(tokenizer->kind(TokenId{8}), TokenKind::kUserDefined);
  EXPECT_EQ(tokenizer->eos, TokenId{9});
  EXPECT_FALSE(tokenizer->wants_bos);
  EXPECT_EQ(ids_of(*tokenizer, "a<tool>a<|end|>  b"), (std::vector{5, 8, 5, 9, 3, 6}));
}

TEST_F(TokenizerFolder, PrefersTokenizerJson) {
  write_model({"<unk>", "<s>", "</s>", "a"});
  write("tokenizer.json", R"({"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
                              "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}})");
  EXPECT_EQ(ids_of(*load(), "a"), std::vector{0});
}

TEST_F(TokenizerFolder, RefusesAddedTokensThatMakeNoSense) {
  write_model({"<unk>", "<s>", "</s>", "a"});
  for (const char* text : {R"({"x": -1})", R"({"x": "y"})", R"({"x": 99999999999})", "[1]", "{"}) {
    write("added_tokens.json", text);
    const auto metadata = read_tokenizer(folder_.path(""));
    ASSERT_FALSE(metadata) << text;
    EXPECT_EQ(metadata.error().kind, ErrorKind::kCorruptFile) << text;
  }
}

TEST_F(TokenizerFolder, EndsTextsWithWhatThePostProcessorPutsBehindThem) {
  write("tokenizer.json", R"({"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
                              "post_processor": {"type": "TemplateProcessing",
                                                 "single": [{"Sequence": {"id": "A"}}, {"SpecialToken": {"id": "<|end|>"}}],
                                                 "special_tokens": {"<|end|>": {"ids": [1]}}},
                              "added_tokens": [{"id": 1, "content": "<|end|>", "special": true},
                                               {"id": 2, "content": "<|im_end|>", "special": true}],
                              "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}})");
  write("tokenizer_config.json", R"({"eos_token": "<|im_end|>", "add_bos_token": false})");
  const auto tokenizer = load();
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->encode("a", {.as_trained = true}), (std::vector{TokenId{0}, TokenId{1}}));
  EXPECT_EQ(tokenizer->encode("a"), std::vector{TokenId{0}});
  EXPECT_TRUE(tokenizer->ends_generation(TokenId{2}));
}

TEST_F(TokenizerFolder, ReadsAVocabularyOfBert) {
  write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nwarm\n##er\n");
  const auto tokenizer = load();
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(ids_of(*tokenizer, "Warmer x"), (std::vector{4, 5, 1}));
  EXPECT_EQ(tokenizer->encode("", {.as_trained = true}), (std::vector{TokenId{2}, TokenId{3}}));
  write("tokenizer_config.json", R"({"do_lower_case": false})");
  EXPECT_EQ(ids_of(*load(), "Warmer"), std::vector{1});
  write("vocab.txt", "[PAD]\n[UNK]\n[SEP]\nwarm\n");
  EXPECT_EQ(read_tokenizer(folder_.path("")).error().kind, ErrorKind::kCorruptFile);
}

TEST_F(TokenizerFolder, ReplacesATokenizerWhole) {
  write_model({"<unk>", "<s>", "</s>", "a"});
  Metadata metadata;
  metadata.set_string("general.name", "kept");
  metadata.set_string("tokenizer.chat_template", "gone");
  metadata.set_string("ondol.tokenizer.pipeline", "gone");
  const auto status = replace_tokenizer(folder_.path(""), 6, metadata);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_TRUE(metadata.find("general.name"));
  EXPECT_FALSE(metadata.find("tokenizer.chat_template"));
  EXPECT_FALSE(metadata.find("ondol.tokenizer.pipeline"));
  EXPECT_EQ(metadata.get_strings("tokenizer.ggml.tokens")->size(), 6u);
  TestFolder empty;
  EXPECT_FALSE(replace_tokenizer(empty.path(""), 6, metadata));
}

}  // namespace
}  // namespace ondol
