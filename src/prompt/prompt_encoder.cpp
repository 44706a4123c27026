#include "prompt/prompt_encoder.h"

#include <algorithm>

namespace ondol {

EdgeTokens edge_tokens(const Tokenizer& tokenizer) {
  EdgeTokens edges;
  if (tokenizer.bos) edges.bos = tokenizer.text(*tokenizer.bos);
  if (tokenizer.eos) edges.eos = tokenizer.text(*tokenizer.eos);
  return edges;
}

std::span<const TokenId> tokens_of_text(const Tokenizer& tokenizer, std::span<const TokenId> tokens,
                                        std::string_view text, bool special) {
  std::string all;
  std::vector<size_t> begins;  // of each token's text
  for (const TokenId token : tokens) {
    begins.push_back(all.size());
    all += tokenizer.piece(token, special);
  }
  begins.push_back(all.size());
  const size_t position = all.rfind(text);
  if (text.empty() || position == std::string::npos) return {};
  const auto first = std::lower_bound(begins.begin(), begins.end(), position);
  const auto last = std::lower_bound(begins.begin(), begins.end(), position + text.size());
  const bool whole_tokens = *first == position && last != begins.end() && *last == position + text.size();
  if (!whole_tokens) return {};
  return tokens.subspan(static_cast<size_t>(first - begins.begin()), static_cast<size_t>(last - first));
}

PromptEncoder::PromptEncoder(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {
  for (int64_t i = 0; i < tokenizer.vocab_size(); ++i) {
    const auto id = static_cast<TokenId>(i);
    const TokenKind kind = tokenizer.kind(id);
    const bool is_control = kind == TokenKind::kControl || kind == TokenKind::kUnknown;
    const bool fits = std::ssize(tokenizer.text(id)) <= SpecialMatcher::kMaxEntryBytes;
    if (is_control && fits) control_tokens_.add(tokenizer.text(id), static_cast<int32_t>(i));
  }
  control_tokens_.finish();
}

// Without control tokens spelt in messages the whole text is encoded at once, as the reference does.  Otherwise it is
// cut at the control tokens that count, and what lies between is encoded as plain text.
void PromptEncoder::encode_stretch(std::span<const PromptPiece> pieces, std::vector<TokenId>& ids) const {
  std::string text;
  std::vector<SpecialMatcher::Match> counted;  // control tokens of the template's own
  bool forged = false;
  for (const PromptPiece& piece : pieces) text += piece.text;
  int64_t end = 0;  // of the piece
  auto match = control_tokens_.find(text, 0);
  for (const PromptPiece& piece : pieces) {
    const int64_t begin = end;
    end += std::ssize(piece.text);
    while (match && match->begin < end) {
      const bool inside = piece.from_template && match->begin >= begin && match->end <= end;
      forged = forged || !inside;
      if (!inside) break;
      counted.push_back(*match);
      match = control_tokens_.find(text, match->end);
    }
    if (forged) break;
  }
  std::vector<TokenId> encoded;
  if (!forged) {
    encoded = tokenizer_.encode(text, {.parse_special = true});
    ids.insert(ids.end(), encoded.begin(), encoded.end());
    return;
  }

  // each piece of the template on its own: a token half of which a message wrote is none
  counted.clear();
  end = 0;
  for (const PromptPiece& piece : pieces) {
    const int64_t begin = end;
    end += std::ssize(piece.text);
    if (!piece.from_template) continue;
    for (auto found = control_tokens_.find(piece.text, 0); found;
         found = control_tokens_.find(piece.text, found->end)) {
      counted.push_back({begin + found->begin, begin + found->end, found->id});
    }
  }
  int64_t at = 0;
  const auto encode_plain = [&](int64_t until) {
    if (at == until) return;
    encoded =
        tokenizer_.encode(std::string_view(text).substr(static_cast<size_t>(at), static_cast<size_t>(until - at)));
    ids.insert(ids.end(), encoded.begin(), encoded.end());
  };
  for (const SpecialMatcher::Match& token : counted) {
    encode_plain(token.begin);
    ids.push_back(static_cast<TokenId>(token.id));
    at = token.end;
  }
  encode_plain(std::ssize(text));
}

std::vector<TokenId> PromptEncoder::encode(std::span<const PromptPiece> pieces, const Written& written) const {
  std::vector<TokenId> ids;
  size_t begin = 0;  // pieces not yet encoded
  for (size_t i = 0; written && i < pieces.size(); ++i) {
    const std::span<const TokenId> known = written(pieces[i]);
    if (known.empty()) continue;
    encode_stretch(pieces.subspan(begin, i - begin), ids);
    ids.insert(ids.end(), known.begin(), known.end());
    begin = i + 1;
  }
  encode_stretch(pieces.subspan(begin), ids);
  const bool begins_with_bos = !ids.empty() && tokenizer_.bos && ids.front() == *tokenizer_.bos;
  if (tokenizer_.wants_bos && tokenizer_.bos && !begins_with_bos) ids.insert(ids.begin(), *tokenizer_.bos);
  return ids;
}

}  // namespace ondol
