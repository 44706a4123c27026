#include "tune/data/text_pieces.h"

#include "base/check.h"

namespace ondol {
namespace {

// How good a place for a cut is; more is better.
int cut_quality(const std::string& before, const std::string& behind, bool line_ended) {
  if (before.ends_with('\n') && (before.ends_with("\n\n") || (before == "\n" && line_ended))) return 3;
  if (before.ends_with('\n') && behind.starts_with('\n')) return 0;  // between the line and the blank one below
  if (before.ends_with('\n')) return 2;
  if (before.ends_with(' ') || behind.starts_with(' ')) return 1;
  return 0;
}

// Where the piece that begins at 0 and would end at `limit` is best cut: behind so many tokens.
int64_t best_cut(std::span<const TokenId> tokens, int64_t limit, const Tokenizer& tokenizer) {
  const auto text = [&](int64_t i) { return tokenizer.piece(tokens[static_cast<size_t>(i)]); };
  int64_t best = limit;
  int best_quality = 0;
  std::string behind = text(limit);
  for (int64_t cut = limit; cut > limit / 2; --cut) {
    std::string before = text(cut - 1);
    const bool line_ended = cut >= 2 && text(cut - 2).ends_with('\n');
    const int quality = cut_quality(before, behind, line_ended);
    if (quality > best_quality) best = cut, best_quality = quality;
    behind = std::move(before);
  }
  return best;
}

}  // namespace

std::vector<std::span<const TokenId>> cut_text(std::span<const TokenId> tokens, int64_t length,
                                               const Tokenizer& tokenizer) {
  CHECK(length >= 1);
  std::vector<std::span<const TokenId>> pieces;
  while (std::ssize(tokens) > length) {
    const int64_t n = best_cut(tokens, length, tokenizer);
    pieces.push_back(tokens.first(static_cast<size_t>(n)));
    tokens = tokens.subspan(static_cast<size_t>(n));
  }
  if (!tokens.empty()) pieces.push_back(tokens);
  return pieces;
}

}  // namespace ondol
