#include "tokenizer/tiktoken.h"

#include <gtest/gtest.h>

#include "tokenizer/tokenizer.h"

namespace ondol {
namespace {

TEST(Tiktoken, DerivesEveryMergeFromTheRanks) {
  // a b c ab bc abc
  const auto metadata = read_tiktoken("YQ== 0\nYg== 1\nYw== 2\r\nYWI= 3\nYmM= 4\nYWJj 5\n", "llama-bpe",
                                      std::vector<std::string>{"<|eot_id|>"});
  ASSERT_TRUE(metadata) << metadata.error().message;
  const auto merges = metadata->get_strings("tokenizer.ggml.merges");
  EXPECT_EQ(std::vector<std::string>(merges->begin(), merges->end()),
            (std::vector<std::string>{"a b", "b c", "a bc", "ab c"}));
  const auto tokenizer = load_tokenizer(*metadata);
  ASSERT_TRUE(tokenizer) << tokenizer.error().message;
  EXPECT_EQ((*tokenizer)->encode("abcab"), (std::vector{TokenId{5}, TokenId{3}}));
  EXPECT_EQ((*tokenizer)->kind(TokenId{6}), TokenKind::kControl);
}

TEST(Tiktoken, RefusesBrokenLinesByNumber) {
  for (const char* second : {"YQ= 1", "Y!== 1", "YQ==1", "YQ== x", "YQ== 1 ", "YQ== 2", " 1", "Y 1", "YQ== -1"}) {
    const auto metadata = read_tiktoken("Yg== 0\n" + std::string(second), "llama-bpe", {});
    ASSERT_FALSE(metadata) << second;
    EXPECT_NE(metadata.error().message.find("line 2"), std::string::npos) << metadata.error().message;
  }
}

TEST(Tiktoken, NamesTheSpecialTokensOfLlama3ByTheirPlace) {
  const std::vector<std::string> tokens = llama3_special_tokens();
  EXPECT_EQ(tokens.size(), 256u);
  EXPECT_EQ(tokens[9], "<|eot_id|>");
  EXPECT_EQ(tokens[255], "<|reserved_special_token_247|>");
}

}  // namespace
}  // namespace ondol
