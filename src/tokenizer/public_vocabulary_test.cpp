// The public tokenizer cases of llama.cpp on real vocabularies; skipped where the data is absent.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "format/checkpoint.h"
#include "tokenizer/tiktoken.h"
#include "tokenizer/tokenizer.h"

namespace ondol {
namespace {

const std::string kVocabularies = ONDOL_SOURCE_DIR "/../shared/data/tok-gguf-vocabs/ggml-vocab-";

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

struct Case {
  std::string text;
  std::vector<int> ids;
};

// NAME.gguf.inp holds texts, NAME.gguf.out one line of ids for each.
std::vector<Case> read_cases(const std::string& name) {
  const std::string separator = "\n__ggml_vocab_test__\n";
  const std::string texts = read_file(kVocabularies + name + ".gguf.inp");
  std::istringstream lines(read_file(kVocabularies + name + ".gguf.out"));
  std::vector<Case> cases;
  size_t begin = 0;
  for (std::string line; begin <= texts.size() && std::getline(lines, line);) {
    const size_t end = std::min(texts.find(separator, begin), texts.size());
    Case one{texts.substr(begin, end - begin), {}};
    std::istringstream numbers(line);
    for (int id; numbers >> id;) one.ids.push_back(id);
    cases.push_back(one);
    begin = end + separator.size();
  }
  return cases;
}

// Encodes every case of `name`; the published ids are without BOS.
void expect_cases(const std::string& name, const Tokenizer& tokenizer) {
  const std::vector<Case> cases = read_cases(name);
  ASSERT_GE(cases.size(), 40u);
  for (const Case& one : cases) {
    std::vector<int> ids;
    for (const TokenId id : tokenizer.encode(one.text)) { ids.push_back(static_cast<int>(id)); }
    EXPECT_EQ(ids, one.ids) << name << ": " << testing::PrintToString(one.text);
  }
}

void expect_gguf_cases(const std::string& name) {
  const std::string path = kVocabularies + name + ".gguf";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
  const auto checkpoint = open_checkpoint(path);
  ASSERT_TRUE(checkpoint) << checkpoint.error().message;
  const auto tokenizer = load_tokenizer(checkpoint->metadata);
  ASSERT_TRUE(tokenizer) << tokenizer.error().message;
  expect_cases(name, **tokenizer);
}

TEST(PublicVocabulary, EncodesLlamaSpmAsPublished) { expect_gguf_cases("llama-spm"); }
TEST(PublicVocabulary, EncodesPhi3AsPublished) { expect_gguf_cases("phi-3"); }
TEST(PublicVocabulary, EncodesGpt2AsPublished) { expect_gguf_cases("gpt-2"); }
TEST(PublicVocabulary, EncodesStarcoderAsPublished) { expect_gguf_cases("starcoder"); }
TEST(PublicVocabulary, EncodesBertBgeAsPublished) { expect_gguf_cases("bert-bge"); }

TEST(PublicVocabulary, EncodesLlamaBpeFromTiktokenRanksAsPublished) {
  const std::string path = ONDOL_SOURCE_DIR "/../shared/data/tok-llama3-tiktoken/tokenizer.model";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
  const auto metadata = read_tiktoken(read_file(path), "llama-bpe", llama3_special_tokens());
  ASSERT_TRUE(metadata) << metadata.error().message;
  EXPECT_EQ(metadata->get_strings("tokenizer.ggml.merges")->size(), 280147u);  // as in Llama 3's own tokenizer.json
  const auto tokenizer = load_tokenizer(*metadata);
  ASSERT_TRUE(tokenizer) << tokenizer.error().message;
  EXPECT_EQ((*tokenizer)->find("<|eot_id|>"), TokenId{128009});
  EXPECT_TRUE((*tokenizer)->ends_generation(TokenId{128009}));
  expect_cases("llama-bpe", **tokenizer);
}

}  // namespace
}  // namespace ondol
