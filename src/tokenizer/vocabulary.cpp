#include "tokenizer/vocabulary.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tokenizer/tokenizer_messages.h"

namespace ondol {
namespace {

constexpr std::string_view kTokens = "tokenizer.ggml.tokens";
constexpr std::string_view kScores = "tokenizer.ggml.scores";
constexpr std::string_view kKinds = "tokenizer.ggml.token_type";
constexpr int64_t kMaxTokens = 1 << 28;  // far above any model; leaves room for arithmetic on ids in int32

// Entries that end an answer in some model family, collected from the model cards in the families' own chat templates.
constexpr std::string_view kEndMarkers[] = {
    "</s>",     "<eos>",      "<|endoftext|>", "<|end_of_text|>", "<|eot_id|>", "<|eom_id|>",    "<|im_end|>",
    "<|end|>",  "<|return|>", "<|call|>",      "<end_of_turn>",   "<turn|>",    "[|endofturn|]", "<|endofturn|>",
    "<|stop|>", "<EOT>",      "[EOS]",         "[EOT]",           "<|flush|>",  "<|calls|>",     "<end_of_utterance>",
};
// Entries that end a turn, most specific first: the eot of files that name none.
constexpr std::string_view kTurnMarkers[] = {"<|eot_id|>",    "<|im_end|>", "<end_of_turn>", "[|endofturn|]",
                                             "<|endofturn|>", "<|end|>",    "<|endoftext|>", "<EOT>"};

Status read_kinds(const Metadata& metadata, Vocabulary& vocabulary) {
  vocabulary.kinds.assign(static_cast<size_t>(vocabulary.size()), TokenKind::kNormal);
  const auto kinds = metadata.get_ints(kKinds);
  if (!kinds) return ok();
  if (static_cast<int64_t>(kinds->size()) != vocabulary.size()) {
    return fail(ErrorKind::kCorruptFile, msg::kVocabularyLength, kKinds, kinds->size(), vocabulary.size());
  }
  for (size_t id = 0; id < kinds->size(); ++id) {
    const int64_t kind = (*kinds)[id];
    if (kind < 0 || kind > static_cast<int64_t>(TokenKind::kByte)) {
      return fail(ErrorKind::kCorruptFile, msg::kUnknownTokenKind, id, kind);
    }
    if (kind != 0) vocabulary.kinds[id] = static_cast<TokenKind>(kind);  // 0, undefined, reads as normal
    if (vocabulary.kinds[id] == TokenKind::kByte && !parse_byte_entry(vocabulary.entries[static_cast<int64_t>(id)])) {
      return fail(ErrorKind::kCorruptFile, msg::kBadByteToken, id);
    }
  }
  return ok();
}

Status read_scores(const Metadata& metadata, Vocabulary& vocabulary) {
  if (const auto integers = metadata.get_ints(kScores)) {
    vocabulary.scores.assign(integers->begin(), integers->end());
  } else if (const auto floats = metadata.get_floats(kScores)) {
    for (const double score : *floats) vocabulary.scores.push_back(static_cast<float>(score));
  } else {
    return ok();
  }
  if (static_cast<int64_t>(vocabulary.scores.size()) != vocabulary.size()) {
    return fail(ErrorKind::kCorruptFile, msg::kVocabularyLength, kScores, vocabulary.scores.size(), vocabulary.size());
  }
  for (size_t id = 0; id < vocabulary.scores.size(); ++id) {
    if (std::isnan(vocabulary.scores[id])) return fail(ErrorKind::kCorruptFile, msg::kScoreNotANumber, id);
  }
  return ok();
}

// Replaces `id` by what `key` says; drops a default the vocabulary does not have.
Status read_special_id(const Metadata& metadata, std::string_view key, const Vocabulary& vocabulary,
                       std::optional<TokenId>& id) {
  if (const auto stated = metadata.get_int(key)) {
    if (*stated < 0 || *stated >= vocabulary.size()) {
      return fail(ErrorKind::kCorruptFile, msg::kTokenIdOutOfRange, key, *stated, vocabulary.size());
    }
    id = static_cast<TokenId>(*stated);
  }
  if (id && !vocabulary.contains(*id)) id.reset();
  return ok();
}

Status read_special_ids(const Metadata& metadata, Vocabulary& vocabulary) {
  SpecialIds& special = vocabulary.special;
  TRY(read_special_id(metadata, "tokenizer.ggml.bos_token_id", vocabulary, special.bos));
  TRY(read_special_id(metadata, "tokenizer.ggml.eos_token_id", vocabulary, special.eos));
  TRY(read_special_id(metadata, "tokenizer.ggml.eot_token_id", vocabulary, special.eot));
  TRY(read_special_id(metadata, "tokenizer.ggml.eom_token_id", vocabulary, special.eom));
  TRY(read_special_id(metadata, "tokenizer.ggml.unknown_token_id", vocabulary, special.unk));
  TRY(read_special_id(metadata, "tokenizer.ggml.seperator_token_id", vocabulary, special.sep));  // spelt so in GGUF
  TRY(read_special_id(metadata, "tokenizer.ggml.padding_token_id", vocabulary, special.pad));
  return ok();
}

std::optional<TokenId> find_control(const Vocabulary& vocabulary, std::string_view entry) {
  const int32_t id = vocabulary.entries.find(entry);
  if (id == PieceTable::kNone || vocabulary.kind(id) != TokenKind::kControl) return std::nullopt;
  return static_cast<TokenId>(id);
}

void mark_ends(Vocabulary& vocabulary) {
  vocabulary.ends_generation.assign(static_cast<size_t>(vocabulary.size()), false);
  const auto mark = [&](std::optional<TokenId> id) {
    if (id) vocabulary.ends_generation[static_cast<size_t>(*id)] = true;
  };
  for (const std::string_view marker : kTurnMarkers) {
    if (!vocabulary.special.eot) vocabulary.special.eot = find_control(vocabulary, marker);
  }
  for (const std::string_view marker : kEndMarkers) mark(find_control(vocabulary, marker));

  // In gpt-oss and its kin <|end|> closes one message of an answer that goes on.
  const bool has_call = find_control(vocabulary, "<|call|>") || find_control(vocabulary, "<|calls|>");
  const bool has_final = find_control(vocabulary, "<|return|>") || find_control(vocabulary, "<|flush|>");
  if (const auto end = find_control(vocabulary, "<|end|>"); end && has_call && has_final) {
    vocabulary.ends_generation[static_cast<size_t>(*end)] = false;
    if (vocabulary.special.eot == end) vocabulary.special.eot.reset();
  }
  mark(vocabulary.special.eos);
  mark(vocabulary.special.eot);
  mark(vocabulary.special.eom);
}

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return std::nullopt;
}

}  // namespace

Result<Vocabulary> load_vocabulary(const Metadata& metadata, const SpecialIds& defaults) {
  const auto tokens = metadata.get_strings(kTokens);
  if (!tokens || tokens->empty()) return fail(ErrorKind::kCorruptFile, msg::kNoVocabulary, kTokens);
  if (static_cast<int64_t>(tokens->size()) > kMaxTokens) {
    return fail(ErrorKind::kCorruptFile, msg::kVocabularyTooLarge, tokens->size(), kMaxTokens);
  }
  Vocabulary vocabulary;
  vocabulary.special = defaults;
  vocabulary.entries = PieceTable(static_cast<int64_t>(tokens->size()));
  for (const std::string& token : *tokens) vocabulary.entries.add(token, true);
  TRY(read_kinds(metadata, vocabulary));
  TRY(read_scores(metadata, vocabulary));
  TRY(read_special_ids(metadata, vocabulary));
  mark_ends(vocabulary);
  return vocabulary;
}

std::optional<uint8_t> parse_byte_entry(std::string_view entry) {
  if (entry.size() != 6 || !entry.starts_with("<0x") || entry.back() != '>') return std::nullopt;
  const auto high = hex_digit(entry[3]), low = hex_digit(entry[4]);
  if (!high || !low) return std::nullopt;
  return static_cast<uint8_t>(*high * 16 + *low);
}

}  // namespace ondol
