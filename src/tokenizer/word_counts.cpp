#include "tokenizer/word_counts.h"

#include "base/utf8.h"
#include "tokenizer/hash.h"
#include "tokenizer/unicode_class.h"

namespace ondol {
namespace {

constexpr uint32_t kWrittenSpace = 0x2581;

// What decides whether two characters stand in one word.
enum class CharKind { kSpace, kAlone, kLetter, kPunctuation };

CharKind kind_of(uint32_t code_point, bool splits_punctuation) {
  if (code_point == kWrittenSpace) return CharKind::kSpace;
  // ASCII and full-width digits, as SentencePiece has it
  if ((code_point >= '0' && code_point <= '9') || (code_point >= 0xFF10 && code_point <= 0xFF19)) {
    return CharKind::kAlone;
  }
  if (code_point < ' ') return CharKind::kAlone;
  const bool is_word = !splits_punctuation || is_word_character(code_point);
  return is_word ? CharKind::kLetter : CharKind::kPunctuation;
}

}  // namespace

void WordCounts::add(std::string_view text) {
  std::string word;
  CharKind last = CharKind::kAlone;
  while (!text.empty()) {
    const CodePoint next = decode_code_point(text);
    const uint32_t code_point = next.value == ' ' ? kWrittenSpace : next.value;
    const CharKind kind = kind_of(code_point, splits_punctuation_);
    const bool goes_on = kind == last || (last == CharKind::kSpace && kind != CharKind::kAlone);
    if (!goes_on || kind == CharKind::kSpace || kind == CharKind::kAlone) {
      add_word(word);
      word.clear();
    }
    append_code_point(word, code_point);
    last = kind;
    text.remove_prefix(static_cast<size_t>(next.length_bytes));
  }
  add_word(word);
}

std::string_view WordCounts::word(int64_t index) const {
  const auto i = static_cast<size_t>(index);
  const size_t begin = i == 0 ? 0 : words_[i - 1].end;
  return std::string_view(bytes_).substr(begin, words_[i].end - begin);
}

size_t WordCounts::slot_of(std::string_view word) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = hash_text(word) & mask;
  while (slots_[slot] != 0 && this->word(slots_[slot] - 1) != word) slot = (slot + 1) & mask;
  return slot;
}

void WordCounts::grow() {
  slots_.assign(std::max<size_t>(1024, 2 * slots_.size()), 0);
  for (uint32_t i = 0; i < words_.size(); ++i) slots_[slot_of(word(i))] = i + 1;
}

void WordCounts::add_word(std::string_view word) {
  if (word.empty()) return;
  if (2 * words_.size() >= slots_.size()) grow();
  uint32_t& slot = slots_[slot_of(word)];
  if (slot == 0) {
    bytes_.append(word);
    words_.push_back({bytes_.size(), 0});
    slot = static_cast<uint32_t>(words_.size());
  }
  ++words_[slot - 1].count;
}

}  // namespace ondol
