// VocabularyTokenizer: what SentencePiece BPE, byte-level BPE and WordPiece have in common.
//
// A text is cut at special tokens, what lies between is normalized and cut at those tokens that are looked for after
// normalization; each kind encodes the rest.  Decoding joins the bytes of the entries, which each kind prepares once at
// load.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tokenizer/pipeline.h"
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
  // See tokenizer/merge_path.h.
  virtual std::vector<TokenId> path(TokenId id) const { return {id}; }

 protected:
  // `pieces` holds the bytes each entry stands for, in order; `adds_space` is set where encoding puts a space in front
  // of a text.
  VocabularyTokenizer(Vocabulary vocabulary, PieceTable pieces, bool adds_space);

  // What goes around a text, and the tokens looked for in it.  `pipeline`, which may be null, gives its normalizer and
  // rules away.  Fails with kCorruptFile when a special entry is too long to look for.
  Status prepare_special_tokens(const Metadata& metadata, Pipeline* pipeline);

  // Appends the ids of `text`, which is not empty, is normalized and holds no special token; `at_start` when the whole
  // text begins with it.
  virtual void encode_text(std::string_view text, bool at_start, std::vector<TokenId>& out) const = 0;

  const Vocabulary& vocabulary() const { return vocabulary_; }
  const PieceTable& pieces() const { return pieces_; }
  bool adds_space() const { return adds_space_; }
  bool normalizes() const { return !normalizer_.is_empty(); }
  void append_unknown(std::vector<TokenId>& out) const {
    if (unk) out.push_back(*unk);
  }

  std::optional<TokenId> after_text_;  // goes behind a text where BOS goes before it: [SEP], or EOS where the file asks

 private:
  // Tokens by where they are looked for.
  struct Matchers {
    SpecialMatcher before, after;  // normalization
  };
  Status add_matched(int64_t id, const TokenRules& rules);
  TokenRules rules_of(int32_t id) const;
  template <class OnText>
  void cut(std::string_view text, const SpecialMatcher& matcher, std::vector<TokenId>& out, OnText&& on_text) const;
  void append_piece(TokenId id, bool special, std::string& out) const;

  Vocabulary vocabulary_;
  PieceTable pieces_;
  Normalizer normalizer_;
  std::unordered_map<int32_t, TokenRules> rules_;  // of the tokens that have any
  Matchers user_defined_;                          // found in every text
  Matchers all_special_;                           // found where the caller asks
  bool adds_space_;
};

}  // namespace ondol
