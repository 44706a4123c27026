#include "tokenizer/tokenizer_memory.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include "tokenizer/tokenizer.h"

namespace ondol {
namespace {

// 30000 entries of one to five bytes, each but the single bytes merged from two others.
Metadata vocabulary() {
  std::vector<std::string> tokens, merges;
  for (char c = 'a'; c <= 'z'; ++c) tokens.emplace_back(1, c);
  for (size_t first = 0; tokens.size() < 30000; ++first) {
    for (char c = 'a'; c <= 'z'; ++c) {
      merges.push_back(tokens[first] + " " + c);
      tokens.push_back(tokens[first] + c);
    }
  }
  Metadata metadata;
  metadata.set_string("tokenizer.ggml.model", "gpt2");
  metadata.set_string("tokenizer.ggml.pre", "gpt-2");
  metadata.set_strings("tokenizer.ggml.tokens", std::move(tokens));
  metadata.set_strings("tokenizer.ggml.merges", std::move(merges));
  return metadata;
}

int64_t heap_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return static_cast<int64_t>(info.uordblks + info.hblkhd);
}

TEST(TokenizerMemory, IsNearWhatTheHeapGives) {
  if (heap_bytes() == 0) GTEST_SKIP() << "another allocator, of a sanitizer, counts nothing";
  const int64_t before = heap_bytes();
  const Metadata metadata = vocabulary();
  const int64_t with_metadata = heap_bytes();
  const auto tokenizer = load_tokenizer(metadata);
  ASSERT_TRUE(tokenizer) << tokenizer.error().message;
  const auto texts = static_cast<double>(with_metadata - before),
             built = static_cast<double>(heap_bytes() - with_metadata);
  EXPECT_NEAR(static_cast<double>(metadata.heap_bytes()), texts, 0.1 * texts);
  EXPECT_NEAR(static_cast<double>(tokenizer_heap_bytes(metadata)), built, 0.3 * built);
}

TEST(TokenizerMemory, IsNothingWithoutATokenizer) { EXPECT_EQ(tokenizer_heap_bytes(Metadata()), 0); }

}  // namespace
}  // namespace ondol
