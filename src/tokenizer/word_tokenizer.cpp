#include "tokenizer/word_tokenizer.h"

#include <algorithm>

#include "tokenizer/word_cache.h"

namespace ondol {
namespace {

constexpr std::string_view kWrittenSpace = "\u2581";  // ▁

// Some ▁, then everything up to the next.
int64_t scan_written_words(std::string_view text, int64_t begin) {
  auto end = static_cast<size_t>(begin);
  while (text.substr(end).starts_with(kWrittenSpace)) end += kWrittenSpace.size();
  return static_cast<int64_t>(std::min(text.find(kWrittenSpace, end), text.size()));
}

bool has_space_inside(std::string_view entry) {
  const auto begin = static_cast<size_t>(entry.starts_with(kWrittenSpace) ? scan_written_words(entry, 0) : 0);
  return entry.find(kWrittenSpace, begin) != std::string_view::npos;
}

// The end of a word of at most `max_bytes`, on a character's edge.
int64_t end_of_part(std::string_view text, int64_t begin, int64_t end, int64_t max_bytes) {
  if (end - begin <= max_bytes) return end;
  end = begin + max_bytes;
  for (int n = 0; n < 3 && (static_cast<uint8_t>(text[static_cast<size_t>(end)]) & 0xC0) == 0x80; ++n) --end;
  return end;
}

}  // namespace

void WordTokenizer::cut_at_written_spaces() {
  if (!splitter_.is_empty() || vocabulary().entries.find(kWrittenSpace) == PieceTable::kNone) return;
  for (int64_t id = 0; id < vocab_size(); ++id) {
    if (!vocabulary().is_silent(id) && has_space_inside(vocabulary().entries[id])) return;
  }
  splitter_.add_scanner(scan_written_words);
}

void WordTokenizer::encode_text(std::string_view text, bool at_start, std::vector<TokenId>& out) const {
  WordCache cache(static_cast<int64_t>(text.size()));
  Scratch scratch;
  const int64_t max_bytes = max_word_bytes();
  const auto encode_range = [&](std::string_view whole, int64_t begin, int64_t end) {
    for (int64_t part_end; begin < end; begin = part_end) {
      part_end = end_of_part(whole, begin, end, max_bytes);
      const std::string_view word = whole.substr(static_cast<size_t>(begin), static_cast<size_t>(part_end - begin));
      const uint64_t hash = hash_text(word);
      if (cache.append(word, hash, out)) continue;
      const size_t first_id = out.size();
      encode_word(word, hash, scratch, out);
      cache.remember(word, hash, first_id, out);
    }
  };
  if (const WordScanner scan = splitter_.scanner()) {
    for (int64_t begin = 0, end; begin < static_cast<int64_t>(text.size()); begin = end) {
      end = scan(text, begin);
      encode_range(text, begin, end);
    }
    return;
  }
  const Pieces pieces = splitter_.split(text, at_start);
  for (const TextRange& range : pieces.ranges) encode_range(pieces.text(), range.begin, range.end);
}

}  // namespace ondol
