// VocabularyTokenizer: what SentencePiece BPE, byte-level BPE and WordPiece have in common.
//
// A text is cut at special tokens; each kind encodes what lies between.  Decoding joins the bytes of the entries, which
// each kind prepares once at load.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tokenizer/special_matcher.h"
#include "tokenizer/vocabulary.h"

namespace ondol {

class VocabularyTokenizer : public Tokenizer {
 public:
  std::vector<TokenId> encode(std::string_view text, const EncodeOptions& options) const final;
  std::string piece(TokenId id, bool special) const final;
  std::string decode(std::span<const TokenId> ids, bool special) const final;
  int64_t vocab_size() const final { return vocabulary_.size(); }
  std::string_view pre() const override { return ""; }
  TokenKind kind(TokenId id) const final;
  std::string_view text(TokenId id) const final;
  std::optional<TokenId> find(std::string_view entry) const final;
  bool ends_generation(TokenId id) const final;

 protected:
  // `pieces` holds the bytes each entry stands for, in order; `adds_space` is set where encoding puts a space in front
  // of a text.
  VocabularyTokenizer(Vocabulary vocabulary, PieceTable pieces, bool adds_space);

  // Fails with kCorruptFile when a special entry is too long to look for.
  Status prepare_special_tokens(const Metadata& metadata);

  // Appends the ids of `text`, which is not empty and holds no special token.
  virtual void encode_text(std::string_view text, std::vector<TokenId>& out) const = 0;

  const Vocabulary& vocabulary() const { return vocabulary_; }
  const PieceTable& pieces() const { return pieces_; }
  bool adds_space() const { return adds_space_; }
  void append_unknown(std::vector<TokenId>& out) const {
    if (unk) out.push_back(*unk);
  }

  std::optional<TokenId> after_text_;  // goes behind a text where BOS goes before it ([SEP])

 private:
  void append_piece(TokenId id, bool special, std::string& out) const;
  int64_t end_with_space(std::string_view text, const SpecialMatcher::Match& match) const;

  Vocabulary vocabulary_;
  PieceTable pieces_;
  SpecialMatcher user_defined_;  // found in every text
  SpecialMatcher all_special_;   // found where the caller asks
  bool swallows_space_ = false;  // special tokens take the white space behind them, see prepare_special_tokens
  bool adds_space_;
};

}  // namespace ondol
