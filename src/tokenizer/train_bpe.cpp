#include "tokenizer/train_bpe.h"

#include <algorithm>
#include <limits>
#include <set>
#include <unordered_map>

#include "base/interrupt.h"
#include "base/utf8.h"
#include "tokenizer/hash.h"
#include "tokenizer/special_matcher.h"
#include "tokenizer/tokenizer_messages.h"
#include "tokenizer/vocabulary.h"

namespace ondol {
namespace {

constexpr int64_t kFixedEntries = 3 + 256;  // <unk>, <s>, </s>, bytes
constexpr int32_t kNone = -1;               // between words, and characters that stay bytes
constexpr int32_t kSwallowed = -2;

// One place of the text.  A piece stands where it begins; the places of its other characters are swallowed.
struct Symbol {
  int32_t piece;
  uint32_t weight;  // how often the word occurs
  uint16_t to_next;
  uint16_t to_previous;
};

struct Piece {
  std::string text;
  int n_characters;
};

// Two pieces side by side.
struct Pair {
  int32_t left, right;
  int64_t count;                    // with overlaps: "aaa" holds "aa" twice, as SentencePiece counts
  std::vector<uint32_t> positions;  // of `left`, rising; some no longer hold
};

// A pair that may be the next to merge.  Counts only fall, so that of an entry made earlier is an upper bound.
struct Candidate {
  int64_t count;
  uint32_t pair;
};

struct HashKey {
  size_t operator()(uint64_t key) const { return hash_number(key, hash_seed()); }
};

class Trainer {
 public:
  // `words` are cut into `characters`, whose numbers are those of their pieces.
  Trainer(const WordCounts& words, const std::vector<std::string>& characters, std::set<std::string> reserved,
          int longest_piece);

  // Up to `n_merges` merges, none of which occurs less than twice.
  Result<std::vector<BpeVocabulary::Merge>> run(int64_t n_merges,
                                                const std::function<void(int64_t, int64_t)>& progress);

 private:
  void read_words(const WordCounts& words, const std::vector<std::string>& characters);
  uint32_t next(uint32_t position) const { return position + symbols_[position].to_next; }
  uint32_t previous(uint32_t position) const { return position - symbols_[position].to_previous; }
  void add_pair(uint32_t position);
  void remove_pair(uint32_t position);
  bool holds(const Pair& pair, uint32_t position) const;
  bool is_worse(const Candidate& a, const Candidate& b) const;
  void push(uint32_t pair);
  void push_new_pairs();
  std::optional<uint32_t> pop_best();
  void merge(uint32_t pair, int32_t piece);
  int32_t piece_of(const std::string& text, int n_characters);

  std::set<std::string> reserved_;  // texts of entries that are no pieces
  int longest_piece_;
  std::vector<Piece> pieces_;
  std::unordered_map<std::string, int32_t> piece_ids_;
  std::vector<Symbol> symbols_;
  std::vector<Pair> pairs_;
  std::unordered_map<uint64_t, uint32_t, HashKey> pair_ids_;
  std::vector<Candidate> heap_;
  size_t n_pushed_pairs_ = 0;  // pairs_ before this one have been pushed
};

Trainer::Trainer(const WordCounts& words, const std::vector<std::string>& characters, std::set<std::string> reserved,
                 int longest_piece)
    : reserved_(std::move(reserved)), longest_piece_(longest_piece) {
  for (const std::string& character : characters) piece_of(character, 1);
  read_words(words, characters);
  for (uint32_t i = 0; i + 1 < symbols_.size(); ++i) add_pair(i);
  push_new_pairs();
}

void Trainer::read_words(const WordCounts& words, const std::vector<std::string>& characters) {
  std::unordered_map<uint32_t, int32_t> ids;
  for (size_t i = 0; i < characters.size(); ++i) {
    ids.emplace(decode_code_point(characters[i]).value, static_cast<int32_t>(i));
  }
  symbols_.push_back({kNone, 0, 1, 0});
  for (int64_t i = 0; i < words.size(); ++i) {
    const auto weight = static_cast<uint32_t>(std::min<int64_t>(words.count(i), std::numeric_limits<uint32_t>::max()));
    for (std::string_view rest = words.word(i); !rest.empty();) {
      const CodePoint next = decode_code_point(rest);
      const auto found = ids.find(next.value);
      symbols_.push_back({found == ids.end() ? kNone : found->second, weight, 1, 1});
      rest.remove_prefix(static_cast<size_t>(next.length_bytes));
    }
    symbols_.push_back({kNone, 0, 1, 1});
  }
}

uint64_t key_of(int32_t left, int32_t right) {
  return uint64_t{static_cast<uint32_t>(left)} << 32 | static_cast<uint32_t>(right);
}

// The pair that begins at `position` counts from now on, unless its piece would be too long.
void Trainer::add_pair(uint32_t position) {
  const int32_t left = symbols_[position].piece, right = symbols_[next(position)].piece;
  if (left < 0 || right < 0) return;
  const int n_characters =
      pieces_[static_cast<size_t>(left)].n_characters + pieces_[static_cast<size_t>(right)].n_characters;
  if (n_characters > longest_piece_) return;
  const auto [found, is_new] = pair_ids_.try_emplace(key_of(left, right), static_cast<uint32_t>(pairs_.size()));
  if (is_new) pairs_.push_back({left, right, 0, {}});
  Pair& pair = pairs_[found->second];
  pair.count += symbols_[position].weight;
  pair.positions.push_back(position);
}

void Trainer::remove_pair(uint32_t position) {
  const auto found = pair_ids_.find(key_of(symbols_[position].piece, symbols_[next(position)].piece));
  if (found != pair_ids_.end()) pairs_[found->second].count -= symbols_[position].weight;
}

bool Trainer::holds(const Pair& pair, uint32_t position) const {
  return symbols_[position].piece == pair.left && symbols_[next(position)].piece == pair.right;
}

// Compares a.left + a.right with b.left + b.right.
bool sorts_before(std::string_view a_left, std::string_view a_right, std::string_view b_left,
                  std::string_view b_right) {
  const auto at = [](std::string_view left, std::string_view right, size_t i) {
    return static_cast<uint8_t>(i < left.size() ? left[i] : right[i - left.size()]);
  };
  const size_t a_size = a_left.size() + a_right.size(), b_size = b_left.size() + b_right.size();
  for (size_t i = 0; i < std::min(a_size, b_size); ++i) {
    const uint8_t a = at(a_left, a_right, i), b = at(b_left, b_right, i);
    if (a != b) return a < b;
  }
  return a_size < b_size;
}

bool Trainer::is_worse(const Candidate& a, const Candidate& b) const {
  if (a.count != b.count) return a.count < b.count;
  const Pair &p = pairs_[a.pair], &q = pairs_[b.pair];
  const Piece &p_left = pieces_[static_cast<size_t>(p.left)], &p_right = pieces_[static_cast<size_t>(p.right)];
  const Piece &q_left = pieces_[static_cast<size_t>(q.left)], &q_right = pieces_[static_cast<size_t>(q.right)];
  const int p_length = p_left.n_characters + p_right.n_characters,
            q_length = q_left.n_characters + q_right.n_characters;
  if (p_length != q_length) return p_length > q_length;
  return sorts_before(q_left.text, q_right.text, p_left.text, p_right.text);
}

void Trainer::push(uint32_t pair) {
  if (pairs_[pair].count < 2) return;
  heap_.push_back({pairs_[pair].count, pair});
  std::push_heap(heap_.begin(), heap_.end(), [&](const Candidate& a, const Candidate& b) { return is_worse(a, b); });
}

void Trainer::push_new_pairs() {
  for (; n_pushed_pairs_ < pairs_.size(); ++n_pushed_pairs_) push(static_cast<uint32_t>(n_pushed_pairs_));
}

// Takes the best pair out; nothing when no pair occurs twice.
std::optional<uint32_t> Trainer::pop_best() {
  while (!heap_.empty()) {
    std::pop_heap(heap_.begin(), heap_.end(), [&](const Candidate& a, const Candidate& b) { return is_worse(a, b); });
    const Candidate best = heap_.back();
    heap_.pop_back();
    if (pairs_[best.pair].count == best.count) return best.pair;
    push(best.pair);  // it has lost some since
  }
  return std::nullopt;
}

void Trainer::merge(uint32_t pair, int32_t piece) {
  const Pair merged = std::move(pairs_[pair]);
  for (const uint32_t position : merged.positions) {
    if (!holds(merged, position)) continue;
    const uint32_t before = previous(position), right = next(position);
    if (symbols_[before].piece >= 0) remove_pair(before);
    if (symbols_[next(right)].piece >= 0) remove_pair(right);
    symbols_[position].piece = piece;
    symbols_[position].to_next = static_cast<uint16_t>(symbols_[position].to_next + symbols_[right].to_next);
    symbols_[right].piece = kSwallowed;
    symbols_[next(position)].to_previous = symbols_[position].to_next;
    add_pair(before);
    add_pair(position);
  }
  pairs_[pair] = {merged.left, merged.right, 0, {}};
}

// The piece that reads `text`, made if there is none.
int32_t Trainer::piece_of(const std::string& text, int n_characters) {
  const auto [found, is_new] = piece_ids_.try_emplace(text, static_cast<int32_t>(pieces_.size()));
  if (is_new) pieces_.push_back({text, n_characters});
  return found->second;
}

Result<std::vector<BpeVocabulary::Merge>> Trainer::run(int64_t n_merges,
                                                       const std::function<void(int64_t, int64_t)>& progress) {
  std::vector<BpeVocabulary::Merge> merges;
  while (std::ssize(merges) < n_merges) {
    const std::optional<uint32_t> best = pop_best();
    if (!best) break;
    const Piece left = pieces_[static_cast<size_t>(pairs_[*best].left)];
    const Piece right = pieces_[static_cast<size_t>(pairs_[*best].right)];
    const std::string text = left.text + right.text;
    if (reserved_.contains(text)) continue;
    const size_t n_pieces = pieces_.size();
    merge(*best, piece_of(text, left.n_characters + right.n_characters));
    push_new_pairs();
    // A piece that was there already, made of other halves, merges again: so does the encoder, which knows texts only.
    if (pieces_.size() == n_pieces) continue;
    merges.push_back({left.text, right.text});
    if (merges.size() % 64 == 0) TRY(check_interrupted());
    if (progress) progress(std::ssize(merges), n_merges);
  }
  return merges;
}

struct CharacterCount {
  uint32_t code_point;
  int64_t count;
};

// The characters of the words, most frequent first, as many as make up `coverage` of the text.
std::vector<std::string> choose_characters(const WordCounts& words, double coverage) {
  std::unordered_map<uint32_t, int64_t> counts;
  int64_t n_all = 0;
  for (int64_t i = 0; i < words.size(); ++i) {
    for (std::string_view rest = words.word(i); !rest.empty();) {
      const CodePoint next = decode_code_point(rest);
      rest.remove_prefix(static_cast<size_t>(next.length_bytes));
      if (next.value < ' ') continue;  // line ends and their kind stay bytes
      counts[next.value] += words.count(i);
      n_all += words.count(i);
    }
  }
  std::vector<CharacterCount> order;
  for (const auto& [code_point, count] : counts) order.push_back({code_point, count});
  std::sort(order.begin(), order.end(), [](const CharacterCount& a, const CharacterCount& b) {
    return a.count != b.count ? a.count > b.count : a.code_point < b.code_point;
  });
  std::vector<std::string> characters;
  int64_t n_covered = 0;
  for (const CharacterCount& character : order) {
    if (static_cast<double>(n_covered) >= coverage * static_cast<double>(n_all)) break;
    n_covered += character.count;
    append_code_point(characters.emplace_back(), character.code_point);
  }
  return characters;
}

// Texts that a piece must not have: those of the entries that are there anyway.
Result<std::set<std::string>> reserved_texts(const std::vector<std::string>& special_tokens) {
  std::set<std::string> reserved = {"<unk>", "<s>", "</s>"};
  for (const std::string& token : special_tokens) {
    const bool is_good = !token.empty() && std::ssize(token) <= SpecialMatcher::kMaxEntryBytes &&
                         repair_utf8(token).n_replaced == 0 && !parse_byte_entry(token);
    if (!is_good)
      return fail(ErrorKind::kUsage, msg::kBadSpecialToken, printable(token), SpecialMatcher::kMaxEntryBytes);
    if (!reserved.insert(token).second) return fail(ErrorKind::kUsage, msg::kSpecialTokenTwice, printable(token));
  }
  for (int byte = 0; byte < 256; ++byte) reserved.insert(fmt::format("<0x{:02X}>", byte));
  return reserved;
}

Status check_options(const BpeTrainingOptions& options) {
  if (options.vocab_size < 1 || options.vocab_size > kMostEntries) {
    return fail(ErrorKind::kUsage, msg::kVocabSizeOutOfRange, options.vocab_size, kMostEntries);
  }
  if (!(options.character_coverage > 0 && options.character_coverage <= 1)) {
    return fail(ErrorKind::kUsage, msg::kCoverageOutOfRange, options.character_coverage);
  }
  if (options.longest_piece < 1 || options.longest_piece > kLongestPiece) {
    return fail(ErrorKind::kUsage, msg::kLongestPieceOutOfRange, options.longest_piece, kLongestPiece);
  }
  return ok();
}

}  // namespace

int64_t BpeVocabulary::size() const {
  return kFixedEntries + std::ssize(special_tokens) + std::ssize(merges) + std::ssize(characters);
}

Result<BpeVocabulary> train_bpe(const WordCounts& words, const BpeTrainingOptions& options,
                                const std::function<void(int64_t done, int64_t total)>& progress) {
  TRY(check_options(options));
  TRY(std::set<std::string> reserved, reserved_texts(options.special_tokens));
  if (words.size() == 0) return fail(ErrorKind::kBadInput, msg::kNoWords);
  // a symbol for each character and one behind each word
  if (words.size_bytes() + words.size() >= std::numeric_limits<int32_t>::max()) {
    return fail(ErrorKind::kBadInput, msg::kTooManyWords, words.size_bytes());
  }
  BpeVocabulary vocabulary{.special_tokens = options.special_tokens,
                           .characters = choose_characters(words, options.character_coverage)};
  const int64_t n_merges = options.vocab_size - vocabulary.size();
  if (n_merges < 0) {
    return fail(ErrorKind::kUsage, msg::kVocabSizeTooSmall, options.vocab_size, vocabulary.characters.size(),
                vocabulary.size());
  }
  Trainer trainer(words, vocabulary.characters, std::move(reserved), options.longest_piece);
  TRY(vocabulary.merges, trainer.run(n_merges, progress));
  return vocabulary;
}

}  // namespace ondol
