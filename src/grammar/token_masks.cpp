#include "grammar/token_masks.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "base/utf8.h"

namespace ondol {
namespace {

// Characters of a text of whole plain characters; nothing for any other text.
std::optional<int> plain_length(std::string_view text) {
  int n = 0;
  while (!text.empty()) {
    const CodePoint c = decode_code_point(text);
    if (!c.valid || !contains(plain_char(), c.value)) return std::nullopt;
    text.remove_prefix(static_cast<size_t>(c.length_bytes));
    ++n;
  }
  return n;
}

}  // namespace

std::vector<std::string> token_texts(const Tokenizer& tokenizer) {
  std::vector<std::string> texts(static_cast<size_t>(tokenizer.vocab_size()));
  for (size_t id = 0; id < texts.size(); ++id) {
    const auto token = static_cast<TokenId>(id);
    const TokenKind kind = tokenizer.kind(token);
    if (kind == TokenKind::kControl || kind == TokenKind::kUnknown || kind == TokenKind::kUnused) continue;
    if (!tokenizer.ends_generation(token)) texts[id] = tokenizer.piece(token);
  }
  return texts;
}

bool TokenMask::none() const {
  return std::all_of(words_.begin(), words_.end(), [](uint64_t word) { return word == 0; });
}

int64_t TokenMask::count() const {
  int64_t n = 0;
  for (const uint64_t word : words_) n += std::popcount(word);
  return n;
}

MaskVocabulary::MaskVocabulary(const Tokenizer& tokenizer) : texts_(token_texts(tokenizer)) { build(); }
MaskVocabulary::MaskVocabulary(std::vector<std::string> texts) : texts_(std::move(texts)) { build(); }

void MaskVocabulary::build() {
  std::vector<int32_t> ids(texts_.size()), other_ids;
  std::vector<std::string> other_texts;
  plain_.assign(Grammar::kMaxRoom + 1, TokenMask(size()));
  for (size_t id = 0; id < texts_.size(); ++id) {
    ids[id] = static_cast<int32_t>(id);
    const std::string& text = texts_[id];
    if (text.empty()) continue;
    if (text.find_first_of("\"[{") != std::string::npos) structural_.push_back(ids[id]);
    const auto length = plain_length(text);
    if (length && *length <= Grammar::kMaxRoom) {
      plain_[static_cast<size_t>(*length)].set(ids[id]);
    } else {
      other_ids.push_back(ids[id]);
      other_texts.push_back(text);
    }
  }
  for (size_t n = 1; n < plain_.size(); ++n) {
    const auto shorter = std::as_const(plain_[n - 1]).words();
    const auto words = plain_[n].words();
    for (size_t i = 0; i < words.size(); ++i) words[i] |= shorter[i];
  }
  all_ = TokenTrie(texts_, ids);
  not_plain_ = TokenTrie(other_texts, other_ids);
}

const TokenMask& TokenMasks::mask(Matcher& matcher, MatchState state) {
  const auto key = static_cast<int32_t>(state);
  if (const auto known = masks_.find(key); known != masks_.end()) return known->second;
  const int64_t mask_bytes = std::max<int64_t>(vocabulary_->size() / 8, 1);
  if (std::ssize(masks_) * mask_bytes >= kMaxBytes) masks_.clear();

  matcher.allow(Matcher::kWorkPerToken);
  const int room = matcher.plain_room(state);
  const bool plain_is_known = room == Grammar::kMaxRoom || (room > 0 && matcher.room_is_exact(state));
  TokenMask mask = plain_is_known ? vocabulary_->plain(room) : TokenMask(vocabulary_->size());
  walk(matcher, state, plain_is_known ? vocabulary_->not_plain() : vocabulary_->all(), mask);
  return masks_.emplace(key, std::move(mask)).first->second;
}

void TokenMasks::walk(Matcher& matcher, MatchState state, const TokenTrie& trie, TokenMask& mask) {
  MatchState path[256];  // states by depth
  path[0] = state;
  for (int32_t node = 0; node < trie.size();) {
    const TokenTrie::Node& here = trie[node];
    const MatchState next = matcher.step(path[here.depth - 1], here.byte);
    if (next == MatchState::kDead) {
      node = here.subtree_end;
      continue;
    }
    path[here.depth] = next;
    for (const int32_t id : trie.tokens(node)) mask.set(id);
    ++node;
  }
}

}  // namespace ondol
