#include "tokenizer/word_piece.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "tokenizer/unicode_class.h"
#include "tokenizer/vocabulary_tokenizer.h"

namespace ondol {
namespace {

constexpr std::string_view kWordBegin = "\u2581";  // ▁
constexpr int64_t kMaxWordChars = 100;             // a longer word is unknown, as in BERT's reference

struct Normalizer {
  bool lowercase = true;
  bool strip_accents = true;
};

utf8proc_category_t category(uint32_t c) { return utf8proc_category(static_cast<utf8proc_int32_t>(c)); }

// What BERT's cleaning drops: control, format, private and surrogate characters, but not tab and line ends.
bool is_dropped(uint32_t c) {
  if (c == '\t' || c == '\n' || c == '\r') return false;
  const utf8proc_category_t kind = category(c);
  return c == 0 || c == 0xFFFD || kind == UTF8PROC_CATEGORY_CC || kind == UTF8PROC_CATEGORY_CF ||
         kind == UTF8PROC_CATEGORY_CO || kind == UTF8PROC_CATEGORY_CS;
}

bool is_punctuation(uint32_t c) {
  if (c < 0x80)
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
  const utf8proc_category_t kind = category(c);
  return kind >= UTF8PROC_CATEGORY_PC && kind <= UTF8PROC_CATEGORY_PO;
}

// The CJK ideograph ranges of BERT's reference, with the 0x2B920 of Hugging Face's tokenizers, which models are trained
// with.
bool is_chinese(uint32_t c) {
  constexpr std::array<std::pair<uint32_t, uint32_t>, 8> kRanges{{{0x4E00, 0x9FFF},
                                                                  {0x3400, 0x4DBF},
                                                                  {0x20000, 0x2A6DF},
                                                                  {0x2A700, 0x2B73F},
                                                                  {0x2B740, 0x2B81F},
                                                                  {0x2B920, 0x2CEAF},
                                                                  {0xF900, 0xFAFF},
                                                                  {0x2F800, 0x2FA1F}}};
  return std::any_of(kRanges.begin(), kRanges.end(), [c](auto range) { return c >= range.first && c <= range.second; });
}

// Words of a text, one after the other.
class Words {
 public:
  Words(std::string_view text, Normalizer normalizer) : text_(text), normalizer_(normalizer) {}

  // The next word, or nothing at the end.
  std::optional<std::string> next();

 private:
  void append_normalized(uint32_t c, std::string& word) const;

  std::string_view text_;  // what is left
  Normalizer normalizer_;
};

std::optional<std::string> Words::next() {
  std::string word;
  while (!text_.empty()) {
    const CodePoint c = decode_code_point(text_);
    const bool alone = c.valid && (is_punctuation(c.value) || is_chinese(c.value));
    if (alone && !word.empty()) return word;
    text_.remove_prefix(static_cast<size_t>(c.length_bytes));
    if (!c.valid || is_dropped(c.value)) continue;
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
  if (normalizer_.strip_accents) {
    int boundary = 0;
    n_parts = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), parts.data(), parts.size(), UTF8PROC_DECOMPOSE,
                                      &boundary);
  }
  for (utf8proc_ssize_t i = 0; i < n_parts; ++i) {
    utf8proc_int32_t part = parts[static_cast<size_t>(i)];
    if (normalizer_.strip_accents && utf8proc_category(part) == UTF8PROC_CATEGORY_MN) continue;
    if (normalizer_.lowercase) part = utf8proc_tolower(part);
    append_code_point(word, static_cast<uint32_t>(part));
  }
}

class WordPiece final : public VocabularyTokenizer {
 public:
  WordPiece(Vocabulary vocabulary, PieceTable pieces, Normalizer normalizer)
      : VocabularyTokenizer(std::move(vocabulary), std::move(pieces), true), normalizer_(normalizer) {}

  Status prepare(const Metadata& metadata) {
    TRY(prepare_special_tokens(metadata));
    after_text_ = vocabulary().special.sep;
    wants_bos = metadata.get_bool("tokenizer.ggml.add_bos_token").value_or(true);
    return ok();
  }

  std::string_view model() const override { return "bert"; }

 protected:
  void encode_text(std::string_view text, std::vector<TokenId>& out) const override;

 private:
  bool append_word(std::string_view word, std::vector<TokenId>& out) const;

  Normalizer normalizer_;
};

void WordPiece::encode_text(std::string_view text, std::vector<TokenId>& out) const {
  Words words(text, normalizer_);
  std::string begun;
  while (const auto word = words.next()) {
    const size_t first_id = out.size();
    begun.assign(kWordBegin).append(*word);
    if (append_word(begun, out)) continue;
    out.resize(first_id);
    append_unknown(out);
  }
}

// Spells `word`; false, with some ids appended, when it cannot be spelt.
bool WordPiece::append_word(std::string_view word, std::vector<TokenId>& out) const {
  const auto continues = [](char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; };
  const auto n_chars = std::count_if(word.begin(), word.end(), [&](char c) { return !continues(c); });
  if (n_chars - 1 > kMaxWordChars) return false;
  while (!word.empty()) {
    auto n_bytes = std::min(static_cast<int64_t>(word.size()), vocabulary().entries.longest_findable_bytes());
    int32_t id = PieceTable::kNone;
    for (; n_bytes > 0; --n_bytes) {
      const auto end = static_cast<size_t>(n_bytes);
      if (end < word.size() && continues(word[end])) continue;
      id = vocabulary().entries.find(word.substr(0, end));
      if (id != PieceTable::kNone && !vocabulary().is_silent(id)) break;
    }
    if (n_bytes <= 0) return false;
    out.push_back(static_cast<TokenId>(id));
    word.remove_prefix(static_cast<size_t>(n_bytes));
  }
  return true;
}

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

}  // namespace

Result<std::shared_ptr<const Tokenizer>> load_word_piece(const Metadata& metadata) {
  // the ids of BERT's first vocabulary
  const SpecialIds defaults{.bos = TokenId{101}, .unk = TokenId{100}, .sep = TokenId{102}, .pad = TokenId{0}};
  TRY(Vocabulary vocabulary, load_vocabulary(metadata, defaults));
  Normalizer normalizer;
  normalizer.lowercase = metadata.get_bool("tokenizer.ggml.normalizer.lowercase").value_or(true);
  normalizer.strip_accents =
      metadata.get_bool("tokenizer.ggml.normalizer.strip_accents").value_or(normalizer.lowercase);
  PieceTable pieces = read_pieces(vocabulary);
  auto tokenizer = std::make_shared<WordPiece>(std::move(vocabulary), std::move(pieces), normalizer);
  TRY(tokenizer->prepare(metadata));
  return std::shared_ptr<const Tokenizer>(std::move(tokenizer));
}

}  // namespace ondol
