// Expression: a regular expression of a foreign tokenizer, run by PCRE2.
//
// Published expressions are written for Oniguruma, as Hugging Face tokenizers runs it; the syntax they use is the same
// in PCRE2 but for three things: ^ and $ always match at lines (we compile so), && intersects classes (refused, because
// PCRE2 would read it as characters) and \h is a hexadecimal digit (refused).  The pattern comes from strangers: its
// size, nesting and the steps of one match are limited.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct pcre2_real_code_8;

namespace ondol {

// Bytes [begin, end) of a text.
struct TextRange {
  int64_t begin;
  int64_t end;
};

class Expression {
 public:
  // Fails with kUnsupported, naming the pattern and what is wrong with it.
  static Result<Expression> compile(std::string_view pattern);

  // Appends the matches in `text`, left to right; they do not overlap, and an empty one never follows a match directly.
  // Ill-formed UTF-8 is never part of a match.  A match that takes too many steps ends the search.  Any thread.
  void find_all(std::string_view text, std::vector<TextRange>& out) const;

 private:
  struct FreeCode {
    void operator()(pcre2_real_code_8* code) const;
  };
  explicit Expression(pcre2_real_code_8* code) : code_(code) {}
  void find_in_well_formed(std::string_view text, int64_t offset, std::vector<TextRange>& out) const;

  std::unique_ptr<pcre2_real_code_8, FreeCode> code_;
};

}  // namespace ondol
