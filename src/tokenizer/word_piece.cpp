#include "tokenizer/word_piece.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "tokenizer/bert_text.h"
#include "tokenizer/unicode_class.h"
#include "tokenizer/word_tokenizer.h"

namespace ondol {
namespace {

constexpr std::string_view kWordBegin = "\u2581";  // ▁
constexpr int64_t kMaxWordChars = 100;             // a longer word is unknown, as in BERT's reference

struct Cleaning {
  bool lowercase = true;
  bool strip_accents = true;
};

// Words of a text, one after the other.
class Words {
 public:
  Words(std::string_view text, Cleaning cleaning) : text_(text), cleaning_(cleaning) {}

  // The next word, or nothing at the end.
  std::optional<std::string> next();

 private:
  void append_normalized(uint32_t c, std::string& word) const;

  std::string_view text_;  // what is left
  Cleaning cleaning_;
};

std::optional<std::string> Words::next() {
  std::string word;
  while (!text_.empty()) {
    const CodePoint c = decode_code_point(text_);
    const bool alone = c.valid && (is_punctuation(c.value) || is_ideograph(c.value));
    if (alone && !word.empty()) return word;
    text_.remove_prefix(static_cast<size_t>(c.length_bytes));
    if (!c.valid || is_dropped_by_bert(c.value)) continue;
    if ((char_class(c.value) & CharClass::kSpace) != 0) {
      if (!word.empty()) return word;
      continue;
    }
    append_normalized(c.value, word);
    if (alone && !word.empty()) return word;
  }
  if (word.empty()) return std::nullopt;
  return word;
}

void Words::append_normalized(uint32_t c, std::string& word) const {
  std::array<utf8proc_int32_t, 32> parts{static_cast<utf8proc_int32_t>(c)};
  utf8proc_ssize_t n_parts = 1;
  if (cleaning_.strip_accents) {
    int boundary = 0;
    n_parts = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), parts.data(), parts.size(), UTF8PROC_DECOMPOSE,
                                      &boundary);
  }
  for (utf8proc_ssize_t i = 0; i < n_parts; ++i) {
    utf8proc_int32_t part = parts[static_cast<size_t>(i)];
    if (cleaning_.strip_accents && utf8proc_category(part) == UTF8PROC_CATEGORY_MN) continue;
    if (cleaning_.lowercase) part = utf8proc_tolower(part);
    append_code_point(word, static_cast<uint32_t>(part));
  }
}

// Appends the ids of `word`, which begins with kWordBegin; false, with some ids appended, when it cannot be spelt.
bool spell_word(const Vocabulary& vocabulary, std::string_view word, int64_t max_chars, std::vector<TokenId>& out) {
  const auto continues = [](char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; };
  const auto n_chars = std::count_if(word.begin(), word.end(), [&](char c) { return !continues(c); });
  if (n_chars - 1 > max_chars) return false;
  while (!word.empty()) {
    auto n_bytes = std::min(static_cast<int64_t>(word.size()), vocabulary.entries.longest_findable_bytes());
    int32_t id = PieceTable::kNone;
    for (; n_bytes > 0; --n_bytes) {
      const auto end = static_cast<size_t>(n_bytes);
      if (end < word.size() && continues(word[end])) continue;
      id = vocabulary.entries.find(word.substr(0, end));
      if (id != PieceTable::kNone && !vocabulary.is_silent(id)) break;
    }
    if (n_bytes <= 0) return false;
    out.push_back(static_cast<TokenId>(id));
    word.remove_prefix(static_cast<size_t>(n_bytes));
  }
  return true;
}

class WordPiece final : public VocabularyTokenizer {
 public:
  WordPiece(Vocabulary vocabulary, PieceTable pieces, Cleaning cleaning)
      : VocabularyTokenizer(std::move(vocabulary), std::move(pieces), true), cleaning_(cleaning) {}

  Status prepare(const Metadata& metadata) {
    TRY(prepare_special_tokens(metadata, nullptr));
    after_text_ = vocabulary().special.sep;
    wants_bos = metadata.get_bool("tokenizer.ggml.add_bos_token").value_or(true);
    return ok();
  }

  std::string_view model() const override { return "bert"; }

 protected:
  void encode_text(std::string_view text, bool, std::vector<TokenId>& out) const override {
    Words words(text, cleaning_);
    std::string begun;
    while (const auto word = words.next()) {
      const size_t first_id = out.size();
      begun.assign(kWordBegin).append(*word);
      if (spell_word(vocabulary(), begun, kMaxWordChars, out)) continue;
      out.resize(first_id);
      append_unknown(out);
    }
  }

 private:
  Cleaning cleaning_;
};

// WordPiece behind a normalizer and a splitter of the file's own.
class PipelineWordPiece final : public WordTokenizer {
 public:
  PipelineWordPiece(Vocabulary vocabulary, PieceTable pieces, Pipeline& pipeline)
      : WordTokenizer(std::move(vocabulary), std::move(pieces), pipeline.decode.drops_first_space,
                      std::move(pipeline.splitter)),
        max_chars_(pipeline.model.max_word_chars) {}

  Status prepare(const Metadata& metadata, Pipeline& pipeline) {
    TRY(prepare_special_tokens(metadata, &pipeline));
    wants_bos = metadata.get_bool("tokenizer.ggml.add_bos_token").value_or(false);
    return ok();
  }

  std::string_view model() const override { return "bert"; }

 protected:
  void encode_word(std::string_view word, uint64_t, Scratch&, std::vector<TokenId>& out) const override {
    const size_t first_id = out.size();
    if (spell_word(vocabulary(), std::string(kWordBegin).append(word), max_chars_, out)) return;
    out.resize(first_id);
    append_unknown(out);
  }

 private:
  int64_t max_chars_;
};

// What each entry adds to a text: "▁word" a space and the word, a continuation its letters.
PieceTable read_pieces(const Vocabulary& vocabulary) {
  PieceTable pieces(vocabulary.size());
  for (int64_t id = 0; id < vocabulary.size(); ++id) {
    const std::string_view entry = vocabulary.entries[id];
    if (!entry.starts_with(kWordBegin)) pieces.add(entry, true);
    else pieces.add(" " + std::string(entry.substr(kWordBegin.size())), true);
  }
  return pieces;
}

Result<std::shared_ptr<const Tokenizer>> load_with_pipeline(const Metadata& metadata, Pipeline& pipeline) {
  TRY(Vocabulary vocabulary, load_vocabulary(metadata, {}));
  PieceTable pieces = read_pieces(vocabulary);
  auto tokenizer = std::make_shared<PipelineWordPiece>(std::move(vocabulary), std::move(pieces), pipeline);
  TRY(tokenizer->prepare(metadata, pipeline));
  return std::shared_ptr<const Tokenizer>(std::move(tokenizer));
}

}  // namespace

std::string word_piece_entry(std::string entry, std::string_view prefix) {
  if (entry.starts_with(prefix)) entry.erase(0, prefix.size());
  else entry.insert(0, kWordBegin);
  return entry;
}

Result<std::shared_ptr<const Tokenizer>> load_word_piece(const Metadata& metadata, Pipeline* pipeline) {
  if (pipeline != nullptr && pipeline->model.kind == WordModel::Kind::kWordPiece) {
    return load_with_pipeline(metadata, *pipeline);
  }
  // the ids of BERT's first vocabulary
  const SpecialIds defaults{.bos = TokenId{101}, .unk = TokenId{100}, .sep = TokenId{102}, .pad = TokenId{0}};
  TRY(Vocabulary vocabulary, load_vocabulary(metadata, defaults));
  Cleaning cleaning;
  cleaning.lowercase = metadata.get_bool("tokenizer.ggml.normalizer.lowercase").value_or(true);
  cleaning.strip_accents = metadata.get_bool("tokenizer.ggml.normalizer.strip_accents").value_or(cleaning.lowercase);
  PieceTable pieces = read_pieces(vocabulary);
  auto tokenizer = std::make_shared<WordPiece>(std::move(vocabulary), std::move(pieces), cleaning);
  TRY(tokenizer->prepare(metadata));
  return std::shared_ptr<const Tokenizer>(std::move(tokenizer));
}

}  // namespace ondol
