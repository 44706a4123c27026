// A tokenizer whose pieces a test lists, for texts that two tokenizers cut in different places.
#pragma once

#include <algorithm>

#include "tune/data/example.h"

namespace ondol {

class ListTokenizer : public Tokenizer {
 public:
  // Token 0 ends answers; the next ones are `pieces`.
  explicit ListTokenizer(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {
    pieces_.insert(pieces_.begin(), "<end>");
    eos = TokenId{0};
  }

  // The longest piece that fits, again and again.
  std::vector<TokenId> encode(std::string_view text, const EncodeOptions& = {}) const override {
    std::vector<TokenId> tokens;
    while (!text.empty()) {
      size_t best = 0, n_best = 0;
      for (size_t i = 1; i < pieces_.size(); ++i) {
        if (!text.starts_with(pieces_[i]) || pieces_[i].size() <= n_best) continue;
        best = i;
        n_best = pieces_[i].size();
      }
      tokens.push_back(static_cast<TokenId>(best));
      text.remove_prefix(std::max<size_t>(n_best, 1));
    }
    return tokens;
  }
  std::string piece(TokenId id, bool special = false) const override {
    return id == eos && !special ? std::string() : pieces_[static_cast<size_t>(id)];
  }
  std::string decode(std::span<const TokenId> ids, bool special = false) const override {
    std::string text;
    for (const TokenId id : ids) text += piece(id, special);
    return text;
  }
  int64_t vocab_size() const override { return std::ssize(pieces_); }
  std::string_view model() const override { return "test"; }
  std::string_view pre() const override { return ""; }
  TokenKind kind(TokenId id) const override { return id == eos ? TokenKind::kControl : TokenKind::kNormal; }
  std::string_view text(TokenId id) const override { return pieces_[static_cast<size_t>(id)]; }
  std::optional<TokenId> find(std::string_view) const override { return std::nullopt; }
  bool ends_generation(TokenId id) const override { return id == eos; }

  // A prompt, and its answer with the token that ends it.
  Example exchange(std::string_view prompt, std::string_view answer) const {
    Example example{.tokens = encode(prompt), .learns = {}};
    example.learns.assign(example.tokens.size(), 0);
    for (const TokenId id : encode(answer)) example.tokens.push_back(id);
    example.tokens.push_back(*eos);
    example.learns.resize(example.tokens.size(), 1);
    return example;
  }

 private:
  std::vector<std::string> pieces_;
};

}  // namespace ondol
