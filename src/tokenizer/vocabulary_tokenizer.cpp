#include "tokenizer/vocabulary_tokenizer.h"

#include <algorithm>

#include "tokenizer/tokenizer_messages.h"

namespace ondol {

VocabularyTokenizer::VocabularyTokenizer(Vocabulary vocabulary, PieceTable pieces, bool adds_space)
    : vocabulary_(std::move(vocabulary)), pieces_(std::move(pieces)), adds_space_(adds_space) {
  const SpecialIds& special = vocabulary_.special;
  bos = special.bos, eos = special.eos, eot = special.eot, unk = special.unk, pad = special.pad;
}

namespace {

// The special tokens of Phi-3 swallow the white space behind them ("rstrip" in its tokenizer.json).  GGUF has no key
// for that; like llama.cpp we know these files by their name.
bool is_phi3(const Metadata& metadata) {
  std::string name(metadata.get_string("general.name").value_or(""));
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return name.find("phi-3") != std::string::npos || name.find("phi3") != std::string::npos;
}

}  // namespace

Status VocabularyTokenizer::prepare_special_tokens(const Metadata& metadata) {
  swallows_space_ = model() == "llama" && is_phi3(metadata);
  for (int64_t id = 0; id < vocabulary_.size(); ++id) {
    const bool user_defined = vocabulary_.kind(id) == TokenKind::kUserDefined;
    if (!user_defined && !vocabulary_.is_silent(id)) continue;
    const std::string_view entry = vocabulary_.entries[id];
    const auto size_bytes = static_cast<int64_t>(entry.size());
    if (size_bytes > SpecialMatcher::kMaxEntryBytes) {
      return fail(ErrorKind::kCorruptFile, msg::kSpecialTokenTooLong, id, size_bytes, SpecialMatcher::kMaxEntryBytes);
    }
    all_special_.add(entry, static_cast<int32_t>(id));
    if (user_defined) user_defined_.add(entry, static_cast<int32_t>(id));
  }
  all_special_.finish();
  user_defined_.finish();
  return ok();
}

std::vector<TokenId> VocabularyTokenizer::encode(std::string_view text, const EncodeOptions& options) const {
  std::vector<TokenId> out;
  out.reserve(text.size() / 3 + 2);
  if (options.add_bos && bos) out.push_back(*bos);

  const SpecialMatcher& special = options.parse_special ? all_special_ : user_defined_;
  const auto size_bytes = static_cast<int64_t>(text.size());
  for (int64_t begin = 0; begin < size_bytes;) {
    const auto match = special.find(text, begin);
    const int64_t end = match ? match->begin : size_bytes;
    if (end > begin) encode_text(text.substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin)), out);
    if (match) out.push_back(static_cast<TokenId>(match->id));
    begin = match ? end_with_space(text, *match) : size_bytes;
  }
  if (options.add_bos && after_text_) out.push_back(*after_text_);
  return out;
}

// Where the text goes on behind a special token.
int64_t VocabularyTokenizer::end_with_space(std::string_view text, const SpecialMatcher::Match& match) const {
  const std::string_view entry = vocabulary_.entries[match.id];
  if (!swallows_space_ || entry == "<unk>" || entry == "<s>" || entry == "<|endoftext|>") return match.end;
  const size_t next = text.find_first_not_of(" \t\n\v\f\r", static_cast<size_t>(match.end));
  return static_cast<int64_t>(std::min(next, text.size()));
}

void VocabularyTokenizer::append_piece(TokenId id, bool special, std::string& out) const {
  if (!vocabulary_.contains(id)) return;
  const auto number = static_cast<int64_t>(id);
  if (!vocabulary_.is_silent(number)) out += pieces_[number];
  else if (special) out += vocabulary_.entries[number];
}

std::string VocabularyTokenizer::piece(TokenId id, bool special) const {
  std::string bytes;
  append_piece(id, special, bytes);
  return bytes;
}

std::string VocabularyTokenizer::decode(std::span<const TokenId> ids, bool special) const {
  std::string text;
  bool at_start = true;  // only control tokens so far
  for (const TokenId id : ids) {
    const size_t begin = text.size();
    append_piece(id, special, text);
    if (!at_start || !vocabulary_.contains(id) || vocabulary_.is_silent(static_cast<int64_t>(id))) continue;
    if (adds_space_ && text.size() > begin && text[begin] == ' ') text.erase(begin, 1);
    at_start = false;
  }
  return text;
}

TokenKind VocabularyTokenizer::kind(TokenId id) const {
  return vocabulary_.contains(id) ? vocabulary_.kind(static_cast<int64_t>(id)) : TokenKind::kUnknown;
}

std::string_view VocabularyTokenizer::text(TokenId id) const {
  return vocabulary_.contains(id) ? vocabulary_.entries[static_cast<int64_t>(id)] : std::string_view();
}

std::optional<TokenId> VocabularyTokenizer::find(std::string_view entry) const {
  const int32_t id = vocabulary_.entries.find(entry);
  if (id == PieceTable::kNone) return std::nullopt;
  return static_cast<TokenId>(id);
}

bool VocabularyTokenizer::ends_generation(TokenId id) const {
  return vocabulary_.contains(id) && vocabulary_.ends_generation[static_cast<size_t>(id)];
}

}  // namespace ondol
