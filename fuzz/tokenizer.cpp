// Any vocabulary with any text: an error, or ids of that vocabulary that decode.
//   | mode: u8 | n: u16 | vocabulary: n bytes, or what there is | text: the rest |
// Mode 0 reads the vocabulary as tokenizer.json, 1 as tiktoken ranks, 2 as a SentencePiece model, 3 as a pipeline
// beside a few entries; from 7 on as lines for one kind of tokenizer:
//   "=KEY N" sets an integer, "+LEFT RIGHT" adds a merge, another line is a type digit, a score character and an entry.
#include "tokenizer/tokenizer.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "base/check.h"
#include "tokenizer/huggingface.h"
#include "tokenizer/pipeline.h"
#include "tokenizer/sentence_piece.h"
#include "tokenizer/tiktoken.h"

namespace ondol {
namespace {

struct Kind {
  const char* model;
  const char* pre;
};
constexpr Kind kKinds[] = {{"llama", ""},         {"bert", ""},           {"gpt2", "gpt-2"},  {"gpt2", "starcoder"},
                           {"gpt2", "llama-bpe"}, {"gpt2", "qwen2"},      {"gpt2", "gpt-4o"}, {"t5", ""},
                           {"gpt2", "default"},   {"gpt2", "hyperclovax"}};
constexpr uint8_t kFirstLines = 7;

Metadata read_lines(std::string_view lines, const Kind& kind) {
  Metadata metadata;
  std::vector<std::string> tokens, merges;
  std::vector<int64_t> types;
  std::vector<double> scores;
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.starts_with('+')) merges.emplace_back(line.substr(1));
    else if (line.starts_with('='))
      metadata.set_u32(line.substr(1, line.find(' ') - 1), static_cast<uint8_t>(line.back()));
    else {
      types.push_back(line.empty() ? 1 : line[0] - '0');
      scores.push_back(line.size() < 2 ? 0.0 : line[1]);
      tokens.emplace_back(line.substr(std::min<size_t>(2, line.size())));
    }
  }
  metadata.set_string("tokenizer.ggml.model", kind.model);
  metadata.set_string("tokenizer.ggml.pre", kind.pre);
  metadata.set_strings("tokenizer.ggml.tokens", tokens);
  metadata.set_strings("tokenizer.ggml.merges", merges);
  metadata.set_i32s("tokenizer.ggml.token_type", types);
  metadata.set_f32s("tokenizer.ggml.scores", scores);
  return metadata;
}

Metadata beside_entries(std::string_view pipeline) {
  Metadata metadata;
  metadata.set_string("tokenizer.ggml.model", "t5");
  metadata.set_strings("tokenizer.ggml.tokens", {"<unk>", "▁", "a", "b", "▁a", "ab", "가", "<t>"});
  metadata.set_i32s("tokenizer.ggml.token_type", {2, 1, 1, 1, 1, 1, 1, 4});
  metadata.set_f32s("tokenizer.ggml.scores", {0, -1, -2, -3, -1.5, -2.5, -4, 0});
  metadata.set_strings("tokenizer.ggml.merges", {"a b", "▁ a"});
  metadata.set_u32("tokenizer.ggml.unknown_token_id", 0);
  metadata.set_string(kPipelineKey, std::string(pipeline));
  return metadata;
}

Result<Metadata> read_vocabulary(uint8_t mode, std::string_view vocabulary) {
  if (mode == 0) return read_huggingface_tokenizer(vocabulary);
  if (mode == 1) return read_tiktoken(vocabulary, "llama-bpe", {});
  if (mode == 2) return read_sentence_piece(vocabulary);
  if (mode == 3) return beside_entries(vocabulary);
  return read_lines(vocabulary, kKinds[(mode + 256u - kFirstLines) % std::size(kKinds)]);
}

void check(uint8_t mode, std::string_view vocabulary, std::string_view text) {
  const auto metadata = read_vocabulary(mode, vocabulary);
  if (!metadata) {
    CHECK(!metadata.error().message.empty());
    return;
  }
  const auto tokenizer = load_tokenizer(*metadata);
  if (!tokenizer) {
    CHECK(!tokenizer.error().message.empty());
    return;
  }
  for (const bool special : {false, true}) {
    const auto ids = (*tokenizer)->encode(text, {.add_bos = special, .parse_special = special});
    for (const TokenId id : ids) {
      CHECK(static_cast<int64_t>(id) >= 0 && static_cast<int64_t>(id) < (*tokenizer)->vocab_size());
    }
    (void)(*tokenizer)->decode(ids, special);
  }
}

}  // namespace
}  // namespace ondol

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  uint16_t n = 0;
  if (size < 1 + sizeof(n)) return 0;
  std::memcpy(&n, data + 1, sizeof(n));
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1 + sizeof(n), size - 1 - sizeof(n));
  const std::string_view vocabulary = rest.substr(0, n);
  ondol::check(data[0], vocabulary, rest.substr(vocabulary.size()));
  return 0;
}
