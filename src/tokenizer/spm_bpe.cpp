#include "tokenizer/spm_bpe.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/utf8.h"
#include "tokenizer/merge.h"
#include "tokenizer/merge_path.h"
#include "tokenizer/tokenizer_messages.h"
#include "tokenizer/vocabulary_tokenizer.h"
#include "tokenizer/word_cache.h"

namespace ondol {
namespace {

constexpr std::string_view kWrittenSpace = "\u2581";  // ▁

// `text` with every ▁ replaced by a space.  Pieces and texts are compared in this form: shorter, and a text that holds
// a ▁ of its own reads as if it held a space, as the written form has it.
std::string with_spaces(std::string_view text) {
  std::string out;
  for (size_t begin = 0; begin < text.size();) {
    const size_t found = std::min(text.find(kWrittenSpace, begin), text.size());
    out.append(text.substr(begin, found - begin));
    if (found < text.size()) out.push_back(' ');
    begin = found + kWrittenSpace.size();
  }
  return out;
}

class SpmBpe final : public VocabularyTokenizer {
 public:
  SpmBpe(Vocabulary vocabulary, PieceTable pieces, bool adds_space)
      : VocabularyTokenizer(std::move(vocabulary), std::move(pieces), adds_space) {}

  Status prepare(const Metadata& metadata, Pipeline* pipeline);

  std::string_view model() const override { return "llama"; }
  std::vector<TokenId> path(TokenId id) const override;

 protected:
  void encode_text(std::string_view text, bool at_start, std::vector<TokenId>& out) const override;

 private:
  struct Scratch {
    std::vector<Symbol> symbols;
    Merger merger;
  };
  void rank_scores();
  bool append_bytes(std::string_view bytes, std::vector<TokenId>& out) const;
  void encode_word(std::string_view word, Scratch& scratch, std::vector<TokenId>& out) const;
  void spell(std::string_view word, std::vector<Symbol>& symbols) const;
  template <class OnMerge>
  void merge(std::string_view word, Scratch& scratch, OnMerge&& on_merge) const;

  std::vector<uint32_t> ranks_;          // [vocab_size] 0 for the best score; equal scores share a rank
  std::array<int32_t, 256> byte_ids_{};  // -1 where the vocabulary lacks the byte
  bool words_stand_alone_ = true;        // no piece has a space behind another character
};

Status SpmBpe::prepare(const Metadata& metadata, Pipeline* pipeline) {
  TRY(prepare_special_tokens(metadata, pipeline));
  rank_scores();
  byte_ids_.fill(PieceTable::kNone);
  for (int64_t id = 0; id < vocab_size(); ++id) {
    if (vocabulary().kind(id) == TokenKind::kByte) {
      byte_ids_[*parse_byte_entry(vocabulary().entries[id])] = static_cast<int32_t>(id);
      continue;
    }
    if (vocabulary().is_silent(id)) continue;
    const std::string_view piece = pieces()[id];
    const size_t first_letter = piece.find_first_not_of(' ');
    if (first_letter != std::string_view::npos && piece.find(' ', first_letter) != std::string_view::npos) {
      words_stand_alone_ = false;
    }
  }
  wants_bos = metadata.get_bool("tokenizer.ggml.add_bos_token").value_or(true);
  return ok();
}

void SpmBpe::rank_scores() {
  const std::vector<float>& scores = vocabulary().scores;
  std::vector<uint32_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return scores[a] > scores[b]; });
  ranks_.resize(scores.size());
  for (size_t i = 0; i < order.size(); ++i) {
    const bool equal = i > 0 && scores[order[i]] == scores[order[i - 1]];
    ranks_[order[i]] = equal ? ranks_[order[i - 1]] : static_cast<uint32_t>(i);
  }
}

// Where the next word of `text` begins behind `begin`: at the next space that follows another character.
int64_t end_of_word(std::string_view text, int64_t begin) {
  const size_t first_letter = text.find_first_not_of(' ', static_cast<size_t>(begin));
  return static_cast<int64_t>(std::min(text.find(' ', first_letter), text.size()));
}

void SpmBpe::encode_text(std::string_view text, bool, std::vector<TokenId>& out) const {
  std::string spaced;
  if (adds_space() && !normalizes()) spaced.push_back(' ');  // else the normalizer did
  spaced += with_spaces(text);

  // Where no piece reaches over the edge of a word, merges on either side do not touch: words are merged one by one.
  const std::string_view all = spaced;
  const auto size_bytes = static_cast<int64_t>(all.size());
  WordCache cache(words_stand_alone_ ? size_bytes : 0);
  Scratch scratch;
  for (int64_t begin = 0; begin < size_bytes;) {
    const int64_t end = std::min(words_stand_alone_ ? end_of_word(all, begin) : size_bytes, begin + kMaxWordBytes);
    const std::string_view word = all.substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
    begin = end;
    const uint64_t hash = hash_text(word);
    if (cache.append(word, hash, out)) continue;
    const size_t first_id = out.size();
    encode_word(word, scratch, out);
    cache.remember(word, hash, first_id, out);
  }
}

// False, with nothing appended, where the vocabulary lacks one of the bytes.
bool SpmBpe::append_bytes(std::string_view bytes, std::vector<TokenId>& out) const {
  const auto id_of = [&](char byte) { return byte_ids_[static_cast<uint8_t>(byte)]; };
  if (std::any_of(bytes.begin(), bytes.end(), [&](char byte) { return id_of(byte) == PieceTable::kNone; }))
    return false;
  for (const char byte : bytes) out.push_back(static_cast<TokenId>(id_of(byte)));
  return true;
}

void SpmBpe::spell(std::string_view word, std::vector<Symbol>& symbols) const {
  symbols.clear();
  for (uint32_t begin = 0; begin < word.size();) {
    const uint32_t end = begin + static_cast<uint32_t>(decode_code_point(word.substr(begin, 4)).length_bytes);
    symbols.push_back({begin, end, pieces().find(word.substr(begin, end - begin))});
    begin = end;
  }
}

// Merges the symbols of `word` in `scratch`.
template <class OnMerge>
void SpmBpe::merge(std::string_view word, Scratch& scratch, OnMerge&& on_merge) const {
  const auto find = [&](const Symbol& left, const Symbol& right) {
    const int32_t id = pieces().find(word.substr(left.begin, right.end - left.begin));
    return id == PieceTable::kNone ? Merge{} : Merge{ranks_[static_cast<size_t>(id)], id};
  };
  scratch.merger.run(scratch.symbols, find, on_merge);
}

std::vector<TokenId> SpmBpe::path(TokenId id) const {
  if (kind(id) != TokenKind::kNormal) return {id};
  MergePath path(id);
  Scratch scratch;
  const std::string_view word = pieces()[static_cast<int64_t>(id)];
  spell(word, scratch.symbols);
  for (const Symbol& symbol : scratch.symbols) path.pass(symbol.id);
  merge(word, scratch, [&](int32_t passed) { path.pass(passed); });
  return std::move(path).finish(scratch.symbols);
}

void SpmBpe::encode_word(std::string_view word, Scratch& scratch, std::vector<TokenId>& out) const {
  spell(word, scratch.symbols);
  merge(word, scratch, Merger::IgnoreMerge());
  bool after_unknown = false;
  for (const Symbol& symbol : scratch.symbols) {
    const bool is_known = symbol.id != PieceTable::kNone;
    if (is_known) out.push_back(static_cast<TokenId>(symbol.id));
    const bool is_spelt = is_known || append_bytes(word.substr(symbol.begin, symbol.end - symbol.begin), out);
    if (!is_spelt && !after_unknown) append_unknown(out);  // one for all that stands side by side
    after_unknown = !is_spelt;
  }
}

// The bytes each entry stands for.  Control, unknown and byte entries are not found in a text; of entries that read the
// same, a normal one is preferred.
PieceTable read_pieces(const Vocabulary& vocabulary) {
  PieceTable pieces(vocabulary.size());
  for (int64_t id = 0; id < vocabulary.size(); ++id) {
    const std::string_view entry = vocabulary.entries[id];
    if (vocabulary.is_silent(id)) pieces.add(entry, false);
    else if (vocabulary.kind(id) == TokenKind::kByte)
      pieces.add(std::string(1, static_cast<char>(*parse_byte_entry(entry))), false);
    else pieces.add(with_spaces(entry), true);
  }
  return pieces;
}

}  // namespace

Result<std::shared_ptr<const Tokenizer>> load_spm_bpe(const Metadata& metadata, Pipeline* pipeline) {
  const SpecialIds defaults{.bos = TokenId{1}, .eos = TokenId{2}, .unk = TokenId{0}};  // SentencePiece's own
  TRY(Vocabulary vocabulary, load_vocabulary(metadata, defaults));
  if (vocabulary.scores.empty()) return fail(ErrorKind::kCorruptFile, msg::kNoVocabulary, "tokenizer.ggml.scores");
  PieceTable pieces = read_pieces(vocabulary);
  const bool adds_space = metadata.get_bool("tokenizer.ggml.add_space_prefix").value_or(true);
  auto tokenizer = std::make_shared<SpmBpe>(std::move(vocabulary), std::move(pieces), adds_space);
  TRY(tokenizer->prepare(metadata, pipeline));
  return std::shared_ptr<const Tokenizer>(std::move(tokenizer));
}

}  // namespace ondol
