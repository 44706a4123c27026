#include "tokenizer/char_bpe.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/utf8.h"
#include "tokenizer/merge_path.h"
#include "tokenizer/merge_table.h"
#include "tokenizer/tokenizer_messages.h"
#include "tokenizer/word_tokenizer.h"

namespace ondol {
namespace {

class CharBpe final : public WordTokenizer {
 public:
  CharBpe(Vocabulary vocabulary, PieceTable pieces, Pipeline& pipeline, std::string_view model)
      : WordTokenizer(std::move(vocabulary), std::move(pieces), pipeline.decode.drops_first_space,
                      std::move(pipeline.splitter)),
        model_name_(model),
        options_(std::move(pipeline.model)) {}

  Status prepare(const Metadata& metadata, Pipeline& pipeline);

  std::string_view model() const override { return model_name_; }
  std::vector<TokenId> path(TokenId id) const override;

 protected:
  void encode_word(std::string_view word, uint64_t hash, Scratch& scratch, std::vector<TokenId>& out) const override;

 private:
  void rank_by_score();
  void prepare_bytes();
  int32_t find_entry(std::string_view text) const;
  void spell(std::string_view word, std::vector<Symbol>& symbols) const;
  bool spell_in_bytes(std::string_view word, uint32_t begin, uint32_t end, std::vector<Symbol>& symbols) const;
  Merge merge_by_score(std::string_view word, const Symbol& left, const Symbol& right) const;
  bool is_piece(int32_t id) const;
  template <class OnMerge>
  void merge(std::string_view word, Scratch& scratch, OnMerge&& on_merge) const;

  std::string model_name_;
  WordModel options_;
  MergeTable merges_;
  std::vector<uint32_t> first_rank_;     // [vocab_size] of the merges that make an entry; only with merges_by_score
  std::vector<uint32_t> n_chars_;        // [vocab_size] likewise
  std::array<int32_t, 256> byte_ids_{};  // -1 where the vocabulary lacks the byte
};

uint32_t count_characters(std::string_view text) {
  return static_cast<uint32_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

Status CharBpe::prepare(const Metadata& metadata, Pipeline& pipeline) {
  TRY(prepare_special_tokens(metadata, &pipeline));
  if (options_.merges_by_score) {
    if (vocabulary().scores.empty()) return fail(ErrorKind::kCorruptFile, msg::kNoVocabulary, "tokenizer.ggml.scores");
    rank_by_score();
  } else {
    TRY(merges_, read_merges(metadata, vocabulary(), options_.inner_prefix));
  }
  prepare_bytes();
  if (!options_.has_unknown) unk.reset();
  if (options_.inner_prefix.empty() && options_.end_suffix.empty() && !options_.ignore_merges) cut_at_written_spaces();
  wants_bos = metadata.get_bool("tokenizer.ggml.add_bos_token").value_or(false);
  return ok();
}

// An entry of n characters is made by at most n - 1 merges, whose ranks follow one another.
void CharBpe::rank_by_score() {
  const std::vector<float>& scores = vocabulary().scores;
  std::vector<uint32_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return scores[a] > scores[b]; });
  first_rank_.resize(order.size());
  n_chars_.resize(order.size());
  uint64_t rank = 0;
  for (const uint32_t id : order) {
    n_chars_[id] = count_characters(vocabulary().entries[id]);
    first_rank_[id] = static_cast<uint32_t>(std::min<uint64_t>(rank, Merge::kNever - 1));
    rank += n_chars_[id];
  }
}

void CharBpe::prepare_bytes() {
  byte_ids_.fill(PieceTable::kNone);
  for (int64_t id = 0; id < vocab_size(); ++id) {
    if (const auto byte = parse_byte_entry(vocabulary().entries[id])) byte_ids_[*byte] = static_cast<int32_t>(id);
  }
}

// Plain text never becomes a control token or the filling of a hole.
int32_t CharBpe::find_entry(std::string_view text) const {
  const int32_t id = vocabulary().entries.find(text);
  if (id == PieceTable::kNone || vocabulary().is_silent(id)) return PieceTable::kNone;
  return vocabulary().kind(id) == TokenKind::kUnused ? PieceTable::kNone : id;
}

bool CharBpe::is_piece(int32_t id) const {
  return id != PieceTable::kNone && !vocabulary().is_silent(id) && vocabulary().kind(id) != TokenKind::kByte;
}

bool CharBpe::spell_in_bytes(std::string_view word, uint32_t begin, uint32_t end, std::vector<Symbol>& symbols) const {
  for (uint32_t i = begin; i < end; ++i) {
    if (byte_ids_[static_cast<uint8_t>(word[i])] == PieceTable::kNone) return false;
  }
  for (uint32_t i = begin; i < end; ++i) symbols.push_back({i, i + 1, byte_ids_[static_cast<uint8_t>(word[i])]});
  return true;
}

// The characters of `word` as symbols.  What is unknown waits until a known character or the end, so that a run of it
// can become one symbol.
void CharBpe::spell(std::string_view word, std::vector<Symbol>& symbols) const {
  std::optional<Symbol> unknown;
  const auto flush = [&] {
    if (unknown) symbols.push_back(*unknown);
    unknown.reset();
  };
  const bool is_plain = options_.inner_prefix.empty() && options_.end_suffix.empty();
  std::string dressed;
  symbols.clear();
  for (uint32_t begin = 0, end; begin < word.size(); begin = end) {
    end = begin + static_cast<uint32_t>(decode_code_point(word.substr(begin, 4)).length_bytes);
    std::string_view character = word.substr(begin, end - begin);
    if (!is_plain) {
      dressed.assign(begin > 0 ? options_.inner_prefix : "").append(character);
      if (end == word.size()) dressed += options_.end_suffix;
      character = dressed;
    }
    if (const int32_t id = find_entry(character); id != PieceTable::kNone) {
      flush();
      symbols.push_back({begin, end, id});
    } else if (!(options_.byte_fallback && spell_in_bytes(word, begin, end, symbols)) && unk) {
      if (!options_.fuse_unknown) flush();
      if (unknown) unknown->end = end;
      else unknown = Symbol{begin, end, static_cast<int32_t>(*unk)};
    }
  }
  flush();
}

Merge CharBpe::merge_by_score(std::string_view word, const Symbol& left, const Symbol& right) const {
  if (left.end != right.begin || !is_piece(left.id) || !is_piece(right.id)) return {};
  const int32_t id = find_entry(word.substr(left.begin, right.end - left.begin));
  if (id == PieceTable::kNone || vocabulary().kind(id) == TokenKind::kByte) return {};
  const auto i = static_cast<size_t>(id);
  return {first_rank_[i] + (n_chars_[i] - n_chars_[static_cast<size_t>(left.id)]), id};
}

// Merges the symbols of `word` in `scratch`.
template <class OnMerge>
void CharBpe::merge(std::string_view word, Scratch& scratch, OnMerge&& on_merge) const {
  if (options_.merges_by_score) {
    scratch.merger.run(
        scratch.symbols, [&](const Symbol& left, const Symbol& right) { return merge_by_score(word, left, right); },
        on_merge);
  } else {
    scratch.merger.run(
        scratch.symbols, [&](const Symbol& left, const Symbol& right) { return merges_.find(left.id, right.id); },
        on_merge);
  }
}

void CharBpe::encode_word(std::string_view word, uint64_t hash, Scratch& scratch, std::vector<TokenId>& out) const {
  if (options_.ignore_merges) {
    const int32_t whole = vocabulary().entries.find(word, hash);
    if (whole != PieceTable::kNone && !vocabulary().is_silent(whole)) {
      out.push_back(static_cast<TokenId>(whole));
      return;
    }
  }
  spell(word, scratch.symbols);
  merge(word, scratch, Merger::IgnoreMerge());
  for (const Symbol& symbol : scratch.symbols) out.push_back(static_cast<TokenId>(symbol.id));
}

std::vector<TokenId> CharBpe::path(TokenId id) const {
  if (kind(id) != TokenKind::kNormal) return {id};
  MergePath path(id);
  Scratch scratch;
  const std::string_view word = vocabulary().entries[static_cast<int64_t>(id)];
  spell(word, scratch.symbols);
  for (const Symbol& symbol : scratch.symbols) path.pass(symbol.id);
  merge(word, scratch, [&](int32_t passed) { path.pass(passed); });
  return std::move(path).finish(scratch.symbols);
}

}  // namespace

Result<std::shared_ptr<const Tokenizer>> load_char_bpe(const Metadata& metadata, Pipeline& pipeline) {
  TRY(Vocabulary vocabulary, load_vocabulary(metadata, {}));
  PieceTable pieces = read_pieces(vocabulary, pipeline.decode);
  const std::string model(metadata.get_string("tokenizer.ggml.model").value_or(""));
  auto tokenizer = std::make_shared<CharBpe>(std::move(vocabulary), std::move(pieces), pipeline, model);
  TRY(tokenizer->prepare(metadata, pipeline));
  return std::shared_ptr<const Tokenizer>(std::move(tokenizer));
}

}  // namespace ondol
