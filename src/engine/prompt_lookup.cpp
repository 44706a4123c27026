#include "engine/prompt_lookup.h"

#include <algorithm>
#include <bit>

namespace ondol {
namespace {

constexpr int64_t kLongestMatch = 32;
constexpr int64_t kMostGuesses = 64;
constexpr int32_t kNowhere = 0;  // no gram ends in front of the first token

// Lengths at which matches become more trustworthy.
constexpr std::array<int64_t, Prospect::kTrustLevels - 1> kTrustLengths = {3, 4, 5, 7, 10, 15, 24};

}  // namespace

// Of two places of a gram the index knows one; where that is forgotten, the other must be found anew.
void PromptLookup::forget_from(int64_t length) {
  if (length >= n_indexed_) return;
  for (auto& ends : ends_) std::fill(ends.begin(), ends.end(), kNowhere);
  n_indexed_ = 0;
}

size_t PromptLookup::slot(std::span<const TokenId> gram) const {
  uint64_t hash = 0;  // its high bits depend on every token
  for (const TokenId token : gram) hash = (hash ^ static_cast<uint32_t>(token)) * 0x9E3779B97F4A7C15u;
  return static_cast<size_t>(hash >> 32) & (ends_[0].size() - 1);
}

// Brings the index up to the grams that end in front of the last token.
void PromptLookup::index(std::span<const TokenId> text) {
  if (ends_[0].size() < 2 * text.size()) {
    const size_t n_slots = std::max<size_t>(1024, std::bit_ceil(4 * text.size()));
    for (auto& ends : ends_) ends.assign(n_slots, kNowhere);
    n_indexed_ = 0;
  }
  for (int64_t end = n_indexed_ + 1; end < std::ssize(text); ++end) {
    for (size_t i = 0; i < kGramLengths.size(); ++i) {
      const int64_t n = kGramLengths[i];
      if (end < n) continue;
      ends_[i][slot(text.subspan(static_cast<size_t>(end - n), static_cast<size_t>(n)))] = static_cast<int32_t>(end);
    }
  }
  n_indexed_ = std::max(n_indexed_, std::ssize(text) - 1);
}

PromptLookup::Match PromptLookup::find(std::span<const TokenId> text) {
  index(text);
  const int64_t size = std::ssize(text);
  for (size_t i = 0; i < kGramLengths.size(); ++i) {
    const int64_t n = kGramLengths[i];
    if (size <= n) continue;
    const int64_t end = ends_[i][slot(text.last(static_cast<size_t>(n)))];
    int64_t length = 0;
    while (length < std::min(end, kLongestMatch) &&
           text[static_cast<size_t>(end - 1 - length)] == text[static_cast<size_t>(size - 1 - length)]) {
      ++length;
    }
    if (length >= n) return {end, length};  // else another gram of the same hash
  }
  return {};
}

Prospect PromptLookup::prospect(std::span<const TokenId> text) {
  const Match match = find(text);
  if (match.length == 0) return {};
  const auto level = std::upper_bound(kTrustLengths.begin(), kTrustLengths.end(), match.length);
  return {.n_tokens = kMostGuesses, .trust = static_cast<int>(level - kTrustLengths.begin())};
}

// Where the copied text reaches the end of the whole, it goes on with its own copy: a period shorter than the draft.
void PromptLookup::draft(std::span<const TokenId> text, int64_t n_tokens, const Sampler&,
                         std::vector<TokenId>& guesses) {
  const Match match = find(text);
  if (match.length == 0) return;
  const auto first = static_cast<size_t>(match.end), n_behind = text.size() - first, begin = guesses.size();
  for (size_t i = 0; i < static_cast<size_t>(n_tokens); ++i) {
    guesses.push_back(i < n_behind ? text[first + i] : guesses[begin + i - n_behind]);
  }
}

}  // namespace ondol
