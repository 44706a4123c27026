#include "tokenizer/trained_tokenizer.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tokenizer/tokenizer.h"

namespace ondol {
namespace {

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
    entries.push_back({left + right, TokenKind::kNormal, score});
    score -= 1;
  }
  for (const std::string& character : vocabulary.characters) {
    entries.push_back({character, TokenKind::kNormal, score});
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

std::string tokenizer_json(const BpeVocabulary& vocabulary) {
  using Json = nlohmann::ordered_json;
  Json added_tokens = Json::array(), pieces = Json::object(), merges = Json::array();
  for (const Entry& entry : entries_of(vocabulary)) {
    const size_t id = pieces.size();
    pieces[entry.text] = id;
    if (entry.kind != TokenKind::kUnknown && entry.kind != TokenKind::kControl) continue;
    added_tokens.push_back({{"id", id},
                            {"content", entry.text},
                            {"single_word", false},
                            {"lstrip", false},
                            {"rstrip", false},
                            {"normalized", false},
                            {"special", true}});
  }
  for (const auto& [left, right] : vocabulary.merges) merges.push_back(left + " " + right);
  const auto replace = [](const char* from, const char* to) {
    return Json{{"type", "Replace"}, {"pattern", {{"String", from}}}, {"content", to}};
  };
  const Json bos = {{"SpecialToken", {{"id", "<s>"}, {"type_id", 0}}}};
  const auto sequence = [](const char* name, int type) {
    return Json{{"Sequence", {{"id", name}, {"type_id", type}}}};
  };
  const Json json = {
      {"version", "1.0"},
      {"truncation", nullptr},
      {"padding", nullptr},
      {"added_tokens", std::move(added_tokens)},
      {"normalizer", replace(" ", "\u2581")},
      {"pre_tokenizer", nullptr},
      {"post_processor",
       {{"type", "TemplateProcessing"},
        {"single", Json::array({bos, sequence("A", 0)})},
        {"pair", Json::array({bos, sequence("A", 0), bos, sequence("B", 1)})},
        {"special_tokens", {{"<s>", {{"id", "<s>"}, {"ids", {1}}, {"tokens", {"<s>"}}}}}}}},
      {"decoder",
       {{"type", "Sequence"},
        {"decoders", Json::array({replace("\u2581", " "), {{"type", "ByteFallback"}}, {{"type", "Fuse"}}})}}},
      {"model",
       {{"type", "BPE"},
        {"dropout", nullptr},
        {"unk_token", "<unk>"},
        {"continuing_subword_prefix", nullptr},
        {"end_of_word_suffix", nullptr},
        {"fuse_unk", true},
        {"byte_fallback", true},
        {"ignore_merges", false},
        {"vocab", std::move(pieces)},
        {"merges", std::move(merges)}}},
  };
  return json.dump(1) + "\n";
}

}  // namespace ondol
