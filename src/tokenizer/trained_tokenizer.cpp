#include "tokenizer/trained_tokenizer.h"

#include <fmt/format.h>

#include "tokenizer/tokenizer.h"

namespace ondol {
namespace {

// As vocabularies write it: "▁" for a space.
std::string written(std::string_view piece) {
  std::string out;
  for (const char c : piece) {
    if (c == ' ') out += "\u2581";
    else out += c;
  }
  return out;
}

struct Entry {
  std::string text;
  TokenKind kind;
  double score;
};

// In the order of their ids.
std::vector<Entry> entries_of(const BpeVocabulary& vocabulary) {
  std::vector<Entry> entries = {
      {"<unk>", TokenKind::kUnknown, 0}, {"<s>", TokenKind::kControl, 0}, {"</s>", TokenKind::kControl, 0}};
  for (const std::string& token : vocabulary.special_tokens) entries.push_back({token, TokenKind::kControl, 0});
  for (int byte = 0; byte < 256; ++byte) entries.push_back({fmt::format("<0x{:02X}>", byte), TokenKind::kByte, 0});
  double score = 0;
  for (const auto& [left, right] : vocabulary.merges) {
    entries.push_back({written(left + right), TokenKind::kNormal, score});
    score -= 1;
  }
  for (const std::string& character : vocabulary.characters) {
    entries.push_back({written(character), TokenKind::kNormal, score});
    score -= 1;
  }
  return entries;
}

}  // namespace

Metadata tokenizer_metadata(const BpeVocabulary& vocabulary, const std::string& chat_template) {
  std::vector<std::string> tokens;
  std::vector<double> scores;
  std::vector<int64_t> kinds;
  for (Entry& entry : entries_of(vocabulary)) {
    tokens.push_back(std::move(entry.text));
    scores.push_back(entry.score);
    kinds.push_back(static_cast<int64_t>(entry.kind));
  }
  Metadata metadata;
  metadata.set_string("tokenizer.ggml.model", "llama");
  metadata.set_string("tokenizer.ggml.pre", "default");
  metadata.set_strings("tokenizer.ggml.tokens", std::move(tokens));
  metadata.set_f32s("tokenizer.ggml.scores", std::move(scores));
  metadata.set_i32s("tokenizer.ggml.token_type", std::move(kinds));
  metadata.set_u32("tokenizer.ggml.unknown_token_id", 0);
  metadata.set_u32("tokenizer.ggml.bos_token_id", 1);
  metadata.set_u32("tokenizer.ggml.eos_token_id", 2);
  metadata.set_bool("tokenizer.ggml.add_bos_token", true);
  metadata.set_bool("tokenizer.ggml.add_eos_token", false);
  metadata.set_bool("tokenizer.ggml.add_space_prefix", false);
  if (!chat_template.empty()) metadata.set_string("tokenizer.chat_template", chat_template);
  return metadata;
}

}  // namespace ondol
